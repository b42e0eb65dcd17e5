#!/usr/bin/env bash
# Brings Coral Policy to a cluster and takes it away again: docs/operations/install.md#by-a-script. The cluster is the one of kubectl ($KUBECONFIG, or ~/.kube/config).
#
# usage: scripts/deploy.sh build|push|deploy|all|status|logs|port-forward|undeploy [OPTION]...
#   build         make the images, without a container engine (make images)
#   push          bring them to --registry, by skopeo, crane, docker, podman or ctr, whichever is there
#   deploy        install the overlay, and wait until all of it runs
#   all           build, push and deploy
#   status        what runs, what is registered, which nodes have reported; exit 1 unless all is well
#   logs          follow the logs of webhook and agents
#   port-forward  the webhook's /readyz and /metrics on http://127.0.0.1:9102
#   undeploy      remove all of it, and what its processes made
#   --registry HOST   where the images are, such as registry.example/team; empty for images that the nodes have ($REGISTRY)
#   --tag TAG         their tag ($TAG, or latest)
#   --overlay NAME    a folder of manifests/overlays ($OVERLAY, or default)
#   --timeout TIME    how long each step may take, such as 90s ($TIMEOUT, or 5m)
#   --port PORT       of port-forward ($PORT, or 9102)
#   --archives FOLDER push: where the images are ($ARCHIVES, or build/images)
#   --keep-crds       undeploy: keep the definitions, and with them every InjectionPolicy
set -euo pipefail

usage() { sed -n '/^# usage/,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; }
die() { echo "deploy.sh: $1" >&2; exit "${2:-1}"; }
say() { echo "== $1"; }

cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."
verb= registry=${REGISTRY:-} tag=${TAG:-latest} overlay=${OVERLAY:-default} timeout=${TIMEOUT:-5m} port=${PORT:-9102} archives=${ARCHIVES:-build/images} keep_crds= mistakes=0
mistake() { echo "deploy.sh: $1" >&2; mistakes=1; }
while [ $# -gt 0 ]; do
  case $1 in
    --registry|--tag|--overlay|--timeout|--port|--archives)
      [ $# -ge 2 ] || { mistake "$1 needs a value"; shift; continue; }
      case $1 in --registry) registry=$2;; --tag) tag=$2;; --overlay) overlay=$2;; --timeout) timeout=$2;; --port) port=$2;; --archives) archives=$2;; esac
      shift 2;;
    --keep-crds) keep_crds=1; shift;;
    --help|-h) usage; exit;;
    -*) mistake "$1 is no option; see scripts/deploy.sh --help"; shift;;
    *) [ -z "$verb" ] || mistake "\"$1\" is one verb too many: $verb was given already"; verb=$1; shift;;
  esac
done
registry=${registry%/}
case $verb in
  build|push|deploy|all|status|logs|port-forward|undeploy) ;;
  "") mistake "a verb is needed: build, push, deploy, all, status, logs, port-forward or undeploy; see scripts/deploy.sh --help";;
  *) mistake "\"$verb\" is no verb; there are: build, push, deploy, all, status, logs, port-forward, undeploy. See scripts/deploy.sh --help";;
esac
[[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || mistake "--tag is \"$tag\"; it must be letters, digits, - _ and ."
[[ $registry =~ ^([A-Za-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*)?$ ]] || mistake "--registry is \"$registry\"; it must be like registry.example/team, without https://"
[[ $timeout =~ ^[1-9][0-9]*[smh]$ ]] || mistake "--timeout is \"$timeout\"; it must be like 90s or 5m"
[[ $port =~ ^[1-9][0-9]{0,4}$ ]] || mistake "--port is \"$port\"; it must be a port's number"
[[ $overlay =~ ^[a-z0-9-]+$ && -f manifests/overlays/$overlay/kustomization.yaml ]] || mistake "--overlay is \"$overlay\"; there are: $(cd manifests/overlays && echo *)"
if [[ $verb == push || $verb == all ]] && [ -z "$registry" ]; then mistake "$verb needs --registry HOST (or REGISTRY=HOST): where the cluster's nodes pull from"; fi
[ $mistakes = 0 ] || exit 2

namespace=coral-system
images=(coral-webhook coral-agent)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
kube() { kubectl "$@"; }
in_ns() { kubectl -n "$namespace" "$@"; }

needs_cluster() {
  command -v kubectl > /dev/null || die "kubectl is not in PATH: https://kubernetes.io/docs/tasks/tools"
  local said
  said=$(kubectl get --raw /version 2>&1) || die "no cluster answers ($(tail -n 1 <<< "$said")); set KUBECONFIG" 3
  say "cluster $(kubectl config view --minify -o 'jsonpath={.clusters[0].cluster.server}')"
}

# ---- images ----------------------------------------------------------------------------------------------------------

build() {
  say "images, in build/images"
  local version=(); [ "$tag" = latest ] || version=(VERSION="$tag")
  make images REGISTRY="$registry" "${version[@]}"
}

# Whatever can bring an archive to a registry. A program of an engine that does not run is none.
pusher() {
  local tool
  for tool in skopeo crane docker podman ctr; do
    command -v "$tool" > /dev/null || continue
    case $tool in docker|podman) "$tool" version > /dev/null 2>&1 || continue;; ctr) ctr version > /dev/null 2>&1 || continue;; esac
    echo "$tool"; return
  done
  return 1
}

# The name of the image inside an archive.
name_in() { tar -xOf "$1" "$2" | grep -o "\"$3\":\[\?\"[^\"]*\"" | head -n 1 | sed 's/.*"\([^"]*\)"$/\1/'; }

push() {
  local tool image file to name inner
  tool=$(pusher) || die "nothing here can push images: install skopeo or crane, or start docker, podman or containerd; or load $archives/*.tar on each node (ctr -n k8s.io images import FILE)"
  # With a shell, for `kubectl debug` and `make e2e`.
  for image in "${images[@]}" coral-agent-debug; do
    file=$archives/$image.tar to=$registry/$image:$tag inner=latest
    [[ $image != *-debug ]] || { to=$registry/${image%-debug}:$([ "$tag" = latest ] && echo debug || echo "$tag-debug"); inner=debug; }
    [ -f "$file" ] || die "$file is missing: scripts/deploy.sh build makes it"
    say "push $to ($tool)"
    case $tool in
      skopeo) skopeo copy "oci-archive:$file:$inner" "docker://$to";;
      crane) crane push "$file" "$to";;
      docker|podman) name=$(name_in "$file" manifest.json RepoTags); "$tool" load -i "$file"; "$tool" tag "$name" "$to"; "$tool" push "$to";;
      ctr) name=$(name_in "$file" index.json io.containerd.image.name); ctr images import "$file"; ctr images tag --force "$name" "$to"; ctr images push "$to";;
    esac
  done
}

# ---- manifests -------------------------------------------------------------------------------------------------------

# A kustomization of its own over the overlay, so that the checkout stays as it is. What is injected is an image too, which policies name.
render() {  # what else it says
  local image variant
  {
    printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - %s\n' "$(realpath --relative-to="$work" "manifests/overlays/$overlay")"
    if [ -n "$registry" ] || [ "$tag" != latest ]; then
      [ "${1:-}" = undeploy ] || printf '  - policy.yaml\n'
      printf 'images:\n'
      for image in "${images[@]}"; do printf '  - {name: %s, newName: %s, newTag: "%s"}\n' "$image" "${registry:+$registry/}$image" "$tag"; done
      printf 'patches:\n  - target: {kind: InjectionPolicy}\n    path: sidecar.yaml\n'
    fi
  } > "$work/kustomization.yaml"
  printf 'apiVersion: coral.io/v1alpha1\nkind: InjectionPolicy\nmetadata: {name: coral-sidecar-image, labels: {app.kubernetes.io/part-of: coral}}\nspec: {priority: -1000000000}\n' > "$work/policy.yaml"
  {
    printf 'apiVersion: coral.io/v1alpha1\nkind: InjectionPolicy\nmetadata: {name: any}\nspec:\n  variants:\n'
    for variant in restricted ebpf-minimal ebpf-full ebpf-privileged; do printf '    %s: {image: "%s"}\n' "$variant" "${registry:+$registry/}coral-agent:$tag"; done
  } > "$work/sidecar.yaml"
  kube kustomize "$work" > "$work/rendered.yaml"
}

webhook_kind() { [ "$(grep -c '^kind: StatefulSet$' "$work/rendered.yaml")" = 1 ] && echo statefulset || echo deployment; }

not_of_helm() {
  local owner; owner=$(in_ns get deployment,statefulset --field-selector metadata.name=coral-webhook -o 'jsonpath={.items[*].metadata.labels.app\.kubernetes\.io/managed-by}')
  [[ $owner != *Helm* ]] || die "Helm installed what is there: go on with helm upgrade, or remove it by helm uninstall"
}

deploy() {
  local kind other part
  not_of_helm
  render
  say "definitions"
  kube apply --server-side --force-conflicts -k manifests/crds
  # kubectl wait fails where there is no condition at all yet.
  for part in 1 2 3 4 5 6 7 8 9 0; do
    kube wait --for=condition=Established crd/injectionpolicies.coral.io crd/nodecapabilities.coral.io --timeout="$timeout" > /dev/null 2>&1 && break
    [ $part != 0 ] || die "the definitions are not established: kubectl describe crd injectionpolicies.coral.io"
    sleep 0.5
  done
  say "overlay $overlay, images ${registry:+$registry/}*:$tag"
  kube apply --server-side --force-conflicts -f "$work/rendered.yaml"
  kind=$(webhook_kind)
  for part in "$kind/coral-webhook" daemonset/coral-agent; do
    say "rollout of $part"
    in_ns rollout status "$part" --timeout="$timeout" || { in_ns get pods -o wide >&2; die "$part does not run within $timeout; kubectl -n $namespace describe $part, scripts/deploy.sh logs"; }
  done
  # Of an overlay from before.
  other=deployment; [ "$kind" = statefulset ] || other=statefulset
  in_ns delete "$other" coral-webhook --ignore-not-found --timeout="$timeout"
  echo
  status || true
}

# ---- what is there ---------------------------------------------------------------------------------------------------

count() { wc -w <<< "$1" | tr -d ' '; }

row() { printf '%-13s %-8s %s\n' "$1" "$2" "$3"; }

workload() {  # name, kinds, the field that counts the ready ones, the one that counts all
  local said; said=$(in_ns get "$2" --field-selector "metadata.name=$1" -o "jsonpath={range .items[*]}{.kind} {$3} {$4} {.spec.template.spec.containers[0].image}{end}" 2> /dev/null || true)
  set -- "$1" $said
  [ $# -ge 4 ] || { row "$1" no "is not installed"; well=1; return; }
  # A workload that has nothing ready yet has no number.
  [ $# -ge 5 ] || set -- "$1" "$2" 0 "$3" "$4"
  [ "$3" = "$4" ] || well=1
  row "$1" "$3/$4" "$2 of $5"
}

status() {
  local well=0 found reports nodes
  row PART READY WHAT
  workload coral-webhook deployment,statefulset .status.readyReplicas .spec.replicas
  workload coral-agent daemonset .status.numberReady .status.desiredNumberScheduled
  found=$(kube get crd injectionpolicies.coral.io nodecapabilities.coral.io --ignore-not-found -o name)
  [ "$(count "$found")" = 2 ] || well=1
  row definitions "$(count "$found")/2" "injectionpolicies, nodecapabilities"
  nodes=$(kube get nodes -l kubernetes.io/os=linux -o name)
  reports=
  [ "$(count "$found")" = 2 ] && reports=$(kube get nodecapabilities -o name)
  row reports "$(count "$reports")/$(count "$nodes")" "of Linux nodes; coral nodes says what they prove"
  found=$(kube get mutatingwebhookconfigurations,validatingwebhookconfigurations -o 'jsonpath={.items[?(@.metadata.name=="coral-policy")].kind}')
  [ "$(count "$found")" = 2 ] || well=1
  row registered "$(count "$found")/2" "configurations coral-policy: the webhook makes them when it runs"
  found=$(kube get namespaces -l coral.io/inject=true -o 'jsonpath={.items[*].metadata.name}')
  row namespaces "$(count "$found")" "opted in${found:+: $found}"
  return $well
}

# ---- away ------------------------------------------------------------------------------------------------------------

# The program coral: named, built, or built now.
coral() {
  if [ -n "${CORAL:-}" ]; then $CORAL "$@"; return; fi
  if [ -x build/bin/coral ]; then build/bin/coral "$@"; return; fi
  dotnet build -c Release --nologo -tl:off -v quiet -clp:ErrorsOnly Cli || die "the program coral is not in build/bin and can't be built: make build"
  dotnet Cli/bin/Release/net10.0/coral.dll "$@"
}

undeploy() {
  local failed=0 volumes
  not_of_helm
  render undeploy
  say "agents and webhook"
  # Agents write their labels anew as long as they run.
  in_ns delete daemonset/coral-agent deployment/coral-webhook statefulset/coral-webhook --ignore-not-found --wait=false
  say "what they made"
  # Of a process that is told to end, at most 30 s go by.
  coral uninstall --namespace "$namespace" --wait 2m ${keep_crds:+--keep-crds} || failed=$?
  volumes=$(in_ns get pvc -o 'jsonpath={.items[*].metadata.name}')
  [ -z "$volumes" ] || say "with the namespace go the volumes of spools: $volumes"
  say "the rest"
  # The definitions are gone, or stay, and their objects with them.
  cat >> "$work/kustomization.yaml" <<TEXT
$(grep -q '^patches:' "$work/kustomization.yaml" || echo patches:)
  - {target: {kind: CustomResourceDefinition}, path: gone.yaml}
  - {target: {kind: InjectionPolicy}, path: gone.yaml}
TEXT
  printf '$patch: delete\napiVersion: any/v1\nkind: Any\nmetadata: {name: any}\n' > "$work/gone.yaml"
  kube kustomize "$work" > "$work/rendered.yaml"
  kube delete -f "$work/rendered.yaml" --ignore-not-found --timeout="$timeout" || failed=1
  return $failed
}

logs() { in_ns logs -f --prefix --tail=20 --max-log-requests=200 -l 'app.kubernetes.io/name in (coral-webhook, coral-agent)'; }

port_forward() {
  local pod; pod=$(in_ns get pods -l app.kubernetes.io/name=coral-webhook --field-selector=status.phase=Running -o name | head -n 1)
  [ -n "$pod" ] || die "no webhook runs: scripts/deploy.sh status"
  echo "http://127.0.0.1:$port/readyz and /metrics, until Ctrl-C"
  in_ns port-forward "$pod" "$port:9102"
}

case $verb in
  build) build;;
  push) push;;
  all) build; push; needs_cluster; deploy;;
  port-forward) needs_cluster; port_forward;;
  *) needs_cluster; "$verb";;
esac
