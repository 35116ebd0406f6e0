{{/*
What things are called. 52 characters, since a StatefulSet's pods bear its name, a dash and a hash of 10 in a label of
63.
*/}}
{{- define "mailsonde.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "mailsonde.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $release := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{ default $release .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "mailsonde.selector" -}}
app.kubernetes.io/name: {{ include "mailsonde.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "mailsonde.labels" -}}
{{ include "mailsonde.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "mailsonde.metadata" -}}
name: {{ include "mailsonde.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "mailsonde.labels" . | nindent 2 }}
{{- end }}

{{- define "mailsonde.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "mailsonde.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{ required "serviceAccount.name must be given where serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "mailsonde.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}
{{- end }}

{{/*
files/ holds links into this repository, which some ways of fetching a chart drop: then say so, rather than install
nothing.
*/}}
{{- define "mailsonde.incomplete" -}}
{{- fail (printf "%s is not in this chart: it is a link in the repository; make the chart by `helm package`" .) }}
{{- end }}
