# The verbs of a person. Each installs or builds what it needs; `make help` lists them.
SHELL := bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VERSION    ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT     ?= $(shell git rev-parse --short HEAD 2>/dev/null || echo none)
# The commit's, so that the same commit makes the same programs.
BUILD_DATE ?= $(shell date -u -d "@$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || date +%s)}" +%Y-%m-%dT%H:%M:%SZ)
RID        ?= linux-x64
# MSBuild takes variables for properties: a VERSION that is a commit would be the packages', and no restore would work.
unexport VERSION COMMIT BUILD_DATE SOURCE RID

export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
# Build servers outlive a build and keep its output open: who waits for the end of that would wait for them.
export MSBUILDDISABLENODEREUSE := 1

DOTNET_BUILD := dotnet build -c Release --nologo -tl:off -v quiet -clp:ErrorsOnly
PROGRAMS := Webhook Cli NodeAgent
AS_FILE := -r $(RID) -p:PublishSingleFile=true -p:PublishTrimmed=true -p:PublishReadyToRun=true
# Generated types have a hash of their file's path in their names, and symbols a path: with one path for all checkouts and no symbols, the same commit makes the same bytes.
PUBLISH := dotnet publish -c Release --disable-build-servers --self-contained $(AS_FILE) --nologo -v quiet -o build/bin -p:DebugType=none -p:TrimmerRemoveSymbols=true \
	-p:PathMap=$(CURDIR)/=/src/ -p:InformationalVersion=$(VERSION)+$(COMMIT).$(BUILD_DATE)

.PHONY: help run test test-fast e2e e2e-node bench bench-faults soak fmt lint nrules serilog resilience check build images docker-build push docker-push deploy undeploy status logs port-forward k8s-deploy k8s-undeploy restore deps clean

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## The main job on embedded defaults: build, serve, decide on sample pods, show the decisions; until Ctrl-C
	@scripts/run

test: ## All tests that this machine can run, the fast ones first
	@scripts/test all

test-fast: ## The tests that need nothing but .NET
	@scripts/test fast

e2e: ## The tests against the real parts; with KUBECONFIG= those of a cluster that you have, with the images of REGISTRY= and TAG=, and SEARCH= (docs/operations/try-it.md)
	@$(if $(KUBECONFIG),CORAL_E2E_KUBECONFIG="$(KUBECONFIG)" CORAL_E2E_REGISTRY="$(REGISTRY)" CORAL_E2E_TAG="$(TAG)" CORAL_E2E_SEARCH="$(SEARCH)" scripts/test cluster,scripts/test real)

e2e-node: ## The tests of a cluster whose pods really run, on the real node of ../shared/kit
	@CORAL_E2E_KUBECONFIG= scripts/test cluster

bench: ## Benchmarks: decision, evaluator, coral pss, webhook over TLS beside the floor of an empty handler; collectors beside nothing, bpftrace and syscount: scripts/bench-collectors
	@scripts/bench

bench-faults: ## The long forms of the audit fault tests: 1 000 kills, 10 000 power losses, a start with 1 GiB pending; a table at the end
	@scripts/bench-faults

soak: ## The long forms of the tests: full sets instead of samples; and all collectors for ten minutes at 10 000 records a second (scripts/soak-collectors)
	@CORAL_SOAK=1 scripts/test real
	@scripts/soak-collectors

fmt: ## Format the code
	@dotnet format whitespace Coral.Policy.sln --no-restore

lint: nrules serilog resilience ## Build with all analyzers as errors, and check the format
	@$(DOTNET_BUILD) Coral.Policy.sln
	@dotnet format whitespace Coral.Policy.sln --no-restore --verify-no-changes

nrules: ## Compile the rules and the tests of their shapes against signatures of NRules in the place of our engine
	@$(DOTNET_BUILD) -p:UseNRules=true tests/Policies

serilog: ## Compile our log's settings against signatures of Serilog.Sinks.Elasticsearch in the place of our sink
	@$(DOTNET_BUILD) -p:UseSerilogElasticsearch=true Webhook

resilience: ## Compile the API client and the tests of its handler against signatures of Microsoft.Extensions.Http.Resilience in the place of our handler
	@$(DOTNET_BUILD) -p:UseHttpResilience=true tests/Kubernetes

check: lint test ## What a change must pass

build: ## Publish the programs as self-contained single files into build/bin
	@for project in $(PROGRAMS); do $(PUBLISH) $$project || exit 1; done
	@ls -l build/bin

images: build ## The container images into build/images, without a container engine; REGISTRY=, IMAGES= (docs/operations/images.md)
	@VERSION="$(VERSION)" COMMIT="$(COMMIT)" BUILD_DATE="$(BUILD_DATE)" SOURCE="$(SOURCE)" \
		scripts/images --tag "$(VERSION)" --tag latest $(if $(REGISTRY),--registry "$(REGISTRY)") $(IMAGES)

docker-build: images ## The same, by its older name

push: ## The images to REGISTRY=, with TAG=, by what this machine has for that
	@scripts/deploy.sh push

docker-push: push ## The same, by its older name

deploy: ## Coral Policy into kubectl's cluster; OVERLAY=, and the images of REGISTRY= and TAG= (docs/operations/install.md)
	@scripts/deploy.sh deploy

undeploy: ## All of it out of the cluster again, with what its processes made
	@scripts/deploy.sh undeploy

status: ## What of it runs there
	@scripts/deploy.sh status

logs: ## Follow the logs of webhook and agents
	@scripts/deploy.sh logs

port-forward: ## The webhook's status pages on 127.0.0.1; PORT= (9102)
	@scripts/deploy.sh port-forward

k8s-deploy: deploy ## deploy, by its older name

k8s-undeploy: undeploy ## undeploy, by its older name

restore: ## Restore what `make build` needs, by the lock files (they are made for linux-x64)
	@for project in $(PROGRAMS); do dotnet restore -p:SelfContained=true $(AS_FILE) $(if $(filter linux-x64,$(RID)),--locked-mode) --nologo -v quiet $$project || exit 1; done

deps: ## Restore packages by the lock files
	@dotnet restore Coral.Policy.sln --locked-mode

clean: ## Remove what was built and what `make run` left
	@rm -rf build run artifacts TestResults; find . -type d \( -name bin -o -name obj \) -not -path './.git/*' -prune -exec rm -rf {} +
