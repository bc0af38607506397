# `make help` lists the targets. Everything is built from pinned modules into
# .bin/; nothing outside this folder and the caches of Go and npm is written.
.DEFAULT_GOAL := help
MODULE := github.com/OWNER/argocd-on-aks
MODULES := . cmd/verify provider tools/licenses tools/release tools/vuln tests tests/kubernetes
GITOPS ?=
STACK ?= $(if $(GITOPS),prod,dev)
FUZZTIME ?= 1m
KEEP ?=
VERBOSE ?=
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
# Targets are relative and recipes quote, as the clone's path may have a space.
BIN := $(CURDIR)/.bin

ifneq ($(filter-out help,$(MAKECMDGOALS)),)
ifeq ($(OS),Windows_NT)
$(error make $(MAKECMDGOALS) needs Linux or macOS: run it in WSL; without make there are go -C cmd/verify run . --stack dev, and go run ./cmd/deployments)
endif
ifeq ($(and $(or $(HOME),$(GOCACHE),$(XDG_CACHE_HOME)),$(or $(HOME),$(GOMODCACHE),$(GOPATH))),)
$(error HOME is not set, where Go keeps its caches: set it, or GOCACHE and GOMODCACHE)
endif
endif

# make lint has go vet, which would look at all that the tests import. With GOGC=200 tests
# take a tenth less processor time, and the commands that they start too.
GO_TEST := GOGC=200 go test -vet=off

include tools/build.mk tools/contribute.mk

.PHONY: demo
demo: ## deploy STACK (dev) on a simulated Azure, sign in, destroy; KEEP=1 stays for a look around, GITOPS=1 syncs applications too, VERBOSE=1 shows all
	@cd tests && ../tools/quietly "the program and the simulated Azure" go build -o "$(BIN)/demo" ./cmd/demo
	@$(if $(KEEP),cd cmd/verify && go build -o "$(BIN)/verify" .,:) # what it builds later meets the simulated internet
	@PATH="$(BIN):$$PATH" "$(BIN)/demo" -repository "$(CURDIR)" -stack $(STACK) -meanwhile "$(FOR_SIGN_IN)" $(if $(GITOPS),-gitops) $(if $(KEEP),-keep) $(if $(VERBOSE),-verbose)

.PHONY: verify
verify: pulumi-for-stack ## check from outside that users can sign in to the deployed STACK; AZURE=1 looks inside too, DEPLOYER=<object ID> names the deploying identity; WAIT=3m has patience with Entra; JSON=1 for JSON
	@cd cmd/verify && go build -o "$(BIN)/verify" .
	@PATH="$$PATH:$(BIN)" "$(BIN)/verify" --stack $(STACK) $(if $(AZURE),--azure) $(foreach id,$(DEPLOYER),--deployer "$(id)") $(if $(WAIT),--wait "$(WAIT)") $(if $(JSON),--json)

.PHONY: recover
recover: pulumi-for-stack ## have STACK adopt what exists and its state does not know, after an up that was interrupted; PLAN=1 only shows, ADOPT=<object ID> adopts a foreign object
	@cd cmd/verify && go build -o "$(BIN)/recover" ./recover
	@PATH="$$PATH:$(BIN)" "$(BIN)/recover" --stack $(STACK) $(if $(PLAN),--plan) $(foreach id,$(ADOPT),--adopt "$(id)")

.PHONY: deployments
deployments: ## apply deployments/STACK.yaml to Pulumi Cloud, organization ORG; DRY_RUN=1 prints it only
	@go build -o "$(BIN)/deployments" ./cmd/deployments
	@"$(BIN)/deployments" --org "$(ORG)" --stack $(STACK) $(if $(DRY_RUN),--dry-run)

.PHONY: check
check: argocd ## run before every commit, about a minute: unit tests, the table of configurations, a lifecycle and a sign-in
	$(GO_TEST) ./...
	cd cmd/verify && $(GO_TEST) ./...
	cd tests && PATH="$(BIN):$$PATH" $(GO_TEST) ./configurations ./e2e/lifecycle ./e2e/signin -run '^(TestConfigurations|TestLifecycleOfDev|TestSignIn)$$'

.PHONY: test
test: .bin/pulumi .bin/pulumi-language-yaml provider argocd ui-if-possible typescript-if-possible ## run every test; BROWSER=required fails where those with a browser would be skipped
	$(GO_TEST) ./...
	$(GO_TEST) -race ./verify
	cd cmd/verify && $(GO_TEST) -race ./...
	cd provider && $(GO_TEST) ./...
	cd tools/licenses && $(GO_TEST) ./...
	cd tools/release && $(GO_TEST) ./...
	cd tools/vuln && $(GO_TEST) ./...
	@$(MISSING); if [ -n "$$missing" ]; then echo "Without the tests with a browser: make browser installs $$missing"; fi
	cd tests && PATH="$(BIN):$$PATH" $(GO_TEST) -timeout 30m ./...
	@$(MAKE) --no-print-directory test-azuread-if-possible

.PHONY: test-gitops
test-gitops: .bin/pulumi argocd ui-if-possible gitops ## have Argo CD sync examples/bootstrap on a real Kubernetes API server; it takes 6 minutes more to build
	cd tests && export GITOPS=1 PATH="$(BIN):$$PATH" && go test -timeout 20m -count=1 ./gitops && go test -count=1 ./commands -run TestGitOpsDemo

.PHONY: acceptance
acceptance: ## the same life of a stack on your own subscription and tenant, which costs money; PLAN=1 lists its steps
	@cd tests && go run ./acceptance/plan $(if $(PLAN),,-check)
ifndef PLAN
	@$(MAKE) .bin/pulumi
	cd tests && ACCEPTANCE=1 PATH="$(BIN):$$PATH" go test -timeout 3h -count=1 -v ./acceptance -run TestAzure
endif

.PHONY: provider
provider: ## build the components as a Pulumi package, for programs in other languages
	@cd provider && ../tools/quietly "the Pulumi package" go build -o "$(BIN)/pulumi-resource-argocd-on-aks" .

# Argo CD's web application. Its build tools are in .bin/npm. Without a network, npm would
# try for two minutes.
.PHONY: ui
ui: .bin/ui/main.js ## build Argo CD's web application, with Node.js 18 or newer and npm; demo and test do where those are
	@:

.PHONY: browser
browser: ## install with apt-get what the tests with a browser need and is not there: Chromium, certutil, Node.js, npm
	@$(MISSING); if [ -z "$$missing" ]; then exit; fi; \
	command -v apt-get >/dev/null || { echo "install these as your system does: $$missing" >&2; exit 1; }; \
	sudo=$$(if [ "$$(id -u)" != 0 ]; then echo sudo; fi); \
	$$sudo apt-get update && $$sudo apt-get install -y --no-install-recommends $$missing

.PHONY: help
help: ## show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
