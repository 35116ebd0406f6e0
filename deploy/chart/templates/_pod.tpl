{{/*
The pod, the same in the Deployment and the StatefulSet. The volume "state" of a StatefulSet with persistence comes from
its claim templates.
*/}}
{{- define "mailsonde.pod" -}}
metadata:
  labels:
    {{- include "mailsonde.selector" . | nindent 4 }}
    app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    kubectl.kubernetes.io/default-container: mailsonde
    {{- if and .Values.restartOnChange (not .Values.existingConfigMap) }}
    checksum/config: {{ list .Values.config .Values.files | toJson | sha256sum }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "mailsonde.serviceAccount" . }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- if .Values.hostNetwork }}
  hostNetwork: true
  dnsPolicy: ClusterFirstWithHostNet
  {{- end }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- with .Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - {{ include "mailsonde.container" . | indent 6 | trim }}
  volumes:
    {{- include "mailsonde.volumes" . | nindent 4 }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "mailsonde.container" -}}
name: mailsonde
image: {{ include "mailsonde.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
command: [mailsonde]
args:
  - serve
  - --config.file=/etc/mailsonde/mailsonde.toml
  - --config.enable-auto-reload
  - --web.listen-address=:{{ .Values.port }}
  - --log.level={{ .Values.log.level }}
  - --log.format={{ .Values.log.format }}
  - --threads={{ .Values.threads }}
  {{- if gt (int .Values.shards) 1 }}
  - --shard=$(SHARD)/{{ .Values.shards }}
  {{- end }}
  {{- range .Values.extraArgs }}
  - {{ . | quote }}
  {{- end }}
{{- if or .Values.env (gt (int .Values.shards) 1) }}
env:
  {{- if gt (int .Values.shards) 1 }}
  - name: SHARD
    valueFrom:
      fieldRef:
        fieldPath: metadata.labels['apps.kubernetes.io/pod-index']
  {{- end }}
  {{- with .Values.env }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- with .Values.envFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - name: http
    containerPort: {{ .Values.port }}
livenessProbe:
  httpGet:
    path: /-/healthy
    port: http
  initialDelaySeconds: 10
  timeoutSeconds: 5
readinessProbe:
  httpGet:
    path: /-/ready
    port: http
  timeoutSeconds: 5
{{- with .Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - name: config
    mountPath: /etc/mailsonde
    readOnly: true
  - name: state
    mountPath: /var/lib/mailsonde
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/*
Configuration and secrets are one folder, so that a password_file is relative to the configuration, and a folder, not
subPaths, so that changes reach it.
*/}}
{{- define "mailsonde.volumes" -}}
- name: config
  projected:
    defaultMode: 0440
    sources:
      {{- range .Values.existingSecrets }}
      - secret:
          name: {{ . | quote }}
      {{- end }}
      - configMap:
          name: {{ default (include "mailsonde.fullname" .) .Values.existingConfigMap }}
{{- if not .Values.persistence.enabled }}
- name: state
  emptyDir:
    sizeLimit: {{ .Values.persistence.size }}
{{- else if eq (int .Values.shards) 1 }}
- name: state
  persistentVolumeClaim:
    claimName: {{ default (include "mailsonde.fullname" .) .Values.persistence.existingClaim }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "mailsonde.claim" -}}
accessModes:
  {{- toYaml .Values.persistence.accessModes | nindent 2 }}
{{- with .Values.persistence.storageClass }}
storageClassName: {{ ternary "" . (eq . "-") | quote }}
{{- end }}
resources:
  requests:
    storage: {{ .Values.persistence.size }}
{{- end }}
