# SPDX-License-Identifier: Apache-2.0
# Completion of mailsonde's command line for bash.

_mailsonde_flags() {
  case $1 in
    serve) echo --help --config.file --config.enable-auto-reload --shard --threads --web.listen-address --log.level \
      --log.format ;;
    check) echo --help --config.file --module --source --resolver --format --log.level --log.format ;;
    explain) echo --help --config.file --stage --provider --format ;;
    check-config) echo --help ;;
    demo) echo --help --web.listen-address --log.level --log.format ;;
    health) echo --help --web.listen-address ;;
    *) echo --help --version ;;
  esac
}

_mailsonde_values() {
  case $1 in
    --log.level) echo debug info warn error ;;
    --log.format) echo logfmt json ;;
    --format) echo text json ;;
    --stage) echo dns connect banner ehlo starttls tls ehlo_tls auth mail rcpt data eod quit ;;
    --web.listen-address) echo 127.0.0.1:10451 ;;
  esac
}

_mailsonde() {
  local current=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD - 1]} command=
  local commands="serve check explain check-config demo health"
  COMPREPLY=()
  ((COMP_CWORD == 1)) || command=${COMP_WORDS[1]}
  # "=" is a word of its own to readline: --flag = value.
  if [[ $flag == "=" ]]; then
    flag=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $current == "=" ]]; then
    current=
  fi
  if [[ $flag == --config.file || ($command == check-config && $current != -*) ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  elif [[ -n $(_mailsonde_values "$flag") ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_mailsonde_values "$flag")" -- "$current")
  elif [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_mailsonde_flags "$command")" -- "$current")
  elif [[ -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
  fi
}
complete -F _mailsonde mailsonde
