{{/* Labels of an object's metadata. Those of pods have no version in them, so that a new chart alone restarts nothing. */}}
{{- define "coral.labels" -}}
app.kubernetes.io/part-of: coral
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "coral.labelsOf.webhook" -}}
app.kubernetes.io/name: coral-webhook
{{ include "coral.labels" . }}
{{- end }}

{{- define "coral.labelsOf.agent" -}}
app.kubernetes.io/name: coral-agent
{{ include "coral.labels" . }}
{{- end }}

{{/* A whole reference: (dict "root" $ "image" .Values.agent.image) */}}
{{- define "coral.image" -}}
{{- with .root.Values.image.registry }}{{ trimSuffix "/" . }}/{{ end }}{{ .image.repository }}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ .image.tag | default .root.Values.image.tag }}{{ end }}
{{- end }}

{{/* What policies have to say of the sidecar's container, or nothing where it is as shipped. */}}
{{- define "coral.sidecar" -}}
{{- $image := .Values.sidecar.image | default (include "coral.image" (dict "root" . "image" .Values.agent.image)) }}
{{- if ne $image "coral-agent:latest" }}
image: {{ $image | quote }}
{{- end }}
{{- with .Values.sidecar.pullPolicy }}
imagePullPolicy: {{ . }}
{{- end }}
{{- with .Values.sidecar.pullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- end }}

{{/* The variants of a policy with the sidecar's container filled in: (dict "sidecar" TEXT "variants" DICT) */}}
{{- define "coral.variants" -}}
{{- $said := .variants | default dict }}
{{- $sidecar := fromYaml .sidecar }}
{{- $all := dict }}
{{- range list "restricted" "ebpf-minimal" "ebpf-full" "ebpf-privileged" }}
{{- $_ := set $all . (merge (dict) (get $said . | default dict) $sidecar) }}
{{- end }}
{{- toYaml $all }}
{{- end }}

{{/* Restarts pods when settings of this chart change. */}}
{{- define "coral.podAnnotations" -}}
{{- with .root.Values.settings }}
checksum/settings: {{ toJson . | sha256sum | trunc 16 | quote }}
{{- end }}
{{- with .own }}
{{ toYaml . }}
{{- end }}
{{- end }}
