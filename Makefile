# `make help` lists the targets (from their comments ##) and the variables (from #=).
# Everything is built from pinned modules into .bin/. make writes only to this folder and to
# the caches of Go and npm.
.DEFAULT_GOAL := help
MODULE := github.com/OWNER/argocd-on-aks
MODULES := . cmd/verify provider tools/licenses tools/release tools/vuln tests tests/kubernetes
#= STACK=dev         stack of demo, verify, recover and deployments
#= KEEP=1            demo: keep Argo CD running until Ctrl-C
#= GITOPS=1          demo: also sync applications; the default stack is prod
#= VERBOSE=1         demo: print the output of Pulumi and of the builds
#= AZURE=1           verify: also check Entra and Azure, signed in with az login
#= DEPLOYER=ID       verify: object ID of the deploying identity, for AZURE=1
#= WAIT=3m           verify: time to wait for replication in Entra
#= FORMAT=json       verify: print a report as JSON
#= JSON=1            verify: print only the report's list of checks as JSON
#= PLAN=1            recover, acceptance: print the steps only
#= ADOPT=ID          recover: object ID of an existing object to adopt
#= ORG=acme          deployments: organization in Pulumi Cloud
#= DRY_RUN=1         deployments: print the requests only
#= BROWSER=required  test: fail if a browser test would be skipped
#= FUZZTIME=1m       fuzz: time of each fuzz target
#= ONLY=makespan     bench: measure figures with this prefix only
#= REPO=PATH         publish-as: repository, such as github.com/acme/argocd-on-aks
#= VERSION=v0.5.0    version, release: version to set or to check
GITOPS ?=
STACK ?= $(if $(GITOPS),prod,dev)
FUZZTIME ?= 1m
KEEP ?=
VERBOSE ?=
FORMAT ?=
JSON ?=
BROWSER ?=
AZURE ?=
ORG ?=
DRY_RUN ?=
PLAN ?=
WAIT ?=
ONLY ?=
REPO ?=
VERSION ?=
# The path of the clone may have a space: targets are relative, and recipes quote paths.
BIN := $(CURDIR)/.bin

ifneq ($(filter-out help,$(MAKECMDGOALS)),)
ifeq ($(OS),Windows_NT)
$(error make $(MAKECMDGOALS) requires Linux or macOS: run it in WSL, or run go -C cmd/verify run . --stack dev, or go run ./cmd/deployments)
endif
ifeq ($(and $(or $(HOME),$(GOCACHE),$(XDG_CACHE_HOME)),$(or $(HOME),$(GOMODCACHE),$(GOPATH))),)
$(error HOME is not set: set it, or GOCACHE and GOMODCACHE, for the caches of Go)
endif
endif

# make lint runs go vet, so tests do not. GOGC=200 saves a tenth of the processor time.
GO_TEST := GOGC=200 go test -vet=off

include tools/build.mk tools/contribute.mk

.PHONY: help
help: ## print this help
	@awk -F ':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nVariables, as in make demo KEEP=1\n' && sed -n 's/^#=/ /p' $(MAKEFILE_LIST)

##@ Try it without Azure

.PHONY: demo
demo: ## deploy STACK on a simulated Azure, sign in to Argo CD, destroy
	@cd tests && ../tools/quietly "the program and the simulated Azure" go build -o "$(BIN)/demo" ./cmd/demo
	@$(if $(KEEP),cd cmd/verify && go build -o "$(BIN)/verify" .,:) # the second terminal cannot download modules
	@PATH="$(BIN):$$PATH" "$(BIN)/demo" -repository "$(CURDIR)" -stack $(STACK) -meanwhile "$(FOR_SIGN_IN)" $(if $(GITOPS),-gitops) $(if $(KEEP),-keep) $(if $(VERBOSE),-verbose)

##@ Operate a stack

.PHONY: verify
verify: pulumi-for-stack ## check from outside that users can sign in to STACK
	@cd cmd/verify && go build -o "$(BIN)/verify" .
	@PATH="$$PATH:$(BIN)" "$(BIN)/verify" --stack $(STACK) $(if $(AZURE),--azure) $(foreach id,$(DEPLOYER),--deployer "$(id)") $(if $(WAIT),--wait "$(WAIT)") $(if $(FORMAT),--format "$(FORMAT)") $(if $(JSON),--json)

.PHONY: recover
recover: pulumi-for-stack ## adopt resources that an interrupted update of STACK did not record
	@cd cmd/verify && go build -o "$(BIN)/recover" ./recover
	@PATH="$$PATH:$(BIN)" "$(BIN)/recover" --stack $(STACK) $(if $(PLAN),--plan) $(foreach id,$(ADOPT),--adopt "$(id)")

.PHONY: deployments
deployments: ## apply deployments/STACK.yaml to Pulumi Cloud
	@go build -o "$(BIN)/deployments" ./cmd/deployments
	@"$(BIN)/deployments" --org "$(ORG)" --stack $(STACK) $(if $(DRY_RUN),--dry-run)

##@ Test

.PHONY: check
check: argocd ## run the quick tests before each commit, about a minute
	$(GO_TEST) ./...
	cd cmd/verify && $(GO_TEST) ./...
	cd tests && PATH="$(BIN):$$PATH" $(GO_TEST) ./configurations ./e2e/lifecycle ./e2e/signin -run '^(TestConfigurations|TestLifecycleOfDev|TestSignIn)$$'

.PHONY: test
test: .bin/pulumi .bin/pulumi-language-yaml provider argocd ui-if-possible typescript-if-possible ## run all tests
	$(GO_TEST) ./...
	$(GO_TEST) -race ./verify
	cd cmd/verify && $(GO_TEST) -race ./...
	cd provider && $(GO_TEST) ./...
	cd tools/licenses && $(GO_TEST) ./...
	cd tools/release && $(GO_TEST) ./...
	cd tools/vuln && $(GO_TEST) ./...
	@$(MISSING); if [ -n "$$missing" ]; then echo "Browser tests are skipped: missing $$missing; run make browser"; fi
	cd tests && PATH="$(BIN):$$PATH" $(GO_TEST) -timeout 30m ./...
	@$(MAKE) --no-print-directory test-azuread-if-possible

.PHONY: test-gitops
test-gitops: .bin/pulumi argocd ui-if-possible gitops ## sync applications on a real Kubernetes API server; the build takes 6 minutes
	cd tests && export GITOPS=1 PATH="$(BIN):$$PATH" && go test -timeout 20m -count=1 ./gitops && go test -count=1 ./commands -run TestGitOpsDemo

.PHONY: acceptance
acceptance: ## run the acceptance tests on your subscription and tenant; costs money
	@cd tests && go run ./acceptance/plan $(if $(PLAN),,-check)
ifndef PLAN
	@$(MAKE) --silent .bin/pulumi
	cd tests && ACCEPTANCE=1 PATH="$(BIN):$$PATH" go test -timeout 3h -count=1 -v ./acceptance -run TestAzure
endif

##@ Build

.PHONY: provider
provider: ## build the Pulumi package, for programs in other languages
	@cd provider && ../tools/quietly "the Pulumi package" go build -o "$(BIN)/pulumi-resource-argocd-on-aks" .

# Argo CD's web application. Its build tools are in .bin/npm.
.PHONY: ui
ui: .bin/ui/main.js ## build Argo CD's web application; requires Node.js 18 or newer and npm
	@:

.PHONY: browser
browser: ## install Chromium and the other packages for the browser tests with apt-get
	@$(MISSING); if [ -z "$$missing" ]; then exit; fi; \
	command -v apt-get >/dev/null || { echo "no apt-get: install $$missing" >&2; exit 1; }; \
	sudo=$$(if [ "$$(id -u)" != 0 ]; then echo sudo; fi); \
	$$sudo apt-get update && $$sudo apt-get install -y --no-install-recommends $$missing
