# `make help` lists the targets. Everything is built from pinned modules into
# .bin/; nothing outside this folder and the caches of Go and npm is written.
.DEFAULT_GOAL := help
MODULE := github.com/OWNER/argocd-on-aks
MODULES := . cmd/verify provider tools/release tools/vuln tests tests/kubernetes
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

PULUMI_VERSION := v3.259.0
export VERBOSE BROWSER
PULUMI_LDFLAGS := -s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$(PULUMI_VERSION)

# The pinned Pulumi CLI: the one on PATH if it is that version, else built from
# source.
.bin/pulumi: tools/go.mod tools/go.sum
	@mkdir -p .bin
	@if [ "$$(PULUMI_HOME="$(BIN)/home" pulumi version 2>/dev/null)" = "$(PULUMI_VERSION)" ]; then ln -sf "$$(command -v pulumi)" "$@"; exit; fi; \
	cd tools && ./quietly "the Pulumi CLI $(PULUMI_VERSION) from source, minutes the first time" go build -ldflags "$(PULUMI_LDFLAGS)" -o "$(CURDIR)/$@" github.com/pulumi/pulumi/pkg/v3/cmd/pulumi

# Built for the installed Go: one for an older Go cannot read a newer standard library.
.PHONY: .bin/staticcheck
.bin/staticcheck:
	@cd tools && ./quietly staticcheck go build -o "$(CURDIR)/$@" honnef.co/go/tools/cmd/staticcheck

.bin/actionlint: tools/actionlint/go.mod tools/actionlint/go.sum
	@cd tools/actionlint && ../quietly actionlint go build -o "$(CURDIR)/$@" github.com/rhysd/actionlint/cmd/actionlint

# Go's vulnerability database. Changing this line updates it; Go's checksum database
# verifies the module.
VULNDB_VERSION := v0.0.0-20261105234957-e22db6528018

.bin/vulndb/$(VULNDB_VERSION):
	@GOBIN="$(BIN)" tools/quietly "the vulnerability database" go install golang.org/x/vulndb/cmd/indexdb@$(VULNDB_VERSION)
	@rm -rf .bin/vulndb && "$(BIN)/indexdb" -vulns "$$(go env GOMODCACHE)/golang.org/x/vulndb@$(VULNDB_VERSION)/data/osv" -out .bin/vulndb/new && mv .bin/vulndb/new "$@"

# Pulumi's host of programs in YAML, for the tests of provider/.
.bin/pulumi-language-yaml: tools/yaml/go.mod tools/yaml/go.sum
	@cd tools/yaml && ../quietly "Pulumi's language host for YAML from source, minutes the first time" go build -o "$(CURDIR)/$@" github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml

.PHONY: provider
provider: ## build the components as a Pulumi package, for programs in other languages
	@cd provider && ../tools/quietly "the Pulumi package" go build -o "$(BIN)/pulumi-resource-argocd-on-aks" .

# Argo CD's CLI and its API server, for signing in. Go decides what is stale. They
# say that they are the release: its tag names the commit, too.
ARGOCD_VERSION = $(shell sed -n 's|.*argoproj/argo-cd/v3 ||p' tests/go.mod)
KUBECTL_VERSION = $(shell sed -n 's|.*=> k8s.io/kubectl ||p' tests/go.mod)
ARGOCD_COMMON := -X github.com/argoproj/argo-cd/v3/common
ARGOCD_LDFLAGS = -s -w $(ARGOCD_COMMON).gitTag=$(ARGOCD_VERSION) $(ARGOCD_COMMON).gitCommit=$(ARGOCD_VERSION) $(ARGOCD_COMMON).gitTreeState=clean $(ARGOCD_COMMON).kubectlVersion=$(KUBECTL_VERSION)

.PHONY: argocd
argocd:
	@cd tests && ../tools/quietly "Argo CD $(ARGOCD_VERSION), CLI and API server, from source, minutes the first time" go build -ldflags "$(ARGOCD_LDFLAGS)" -o "$(BIN)/" ./cmd/argocd ./cmd/argocd-server

# Argo CD's web application, with what it is built with below .bin/npm. Without a
# network npm would try for two minutes.
.PHONY: ui
ui: .bin/ui/main.js ## build Argo CD's web application, with Node.js 18 or newer and npm; demo and test do where those are
	@:

NODE := node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null

.bin/npm/node_modules/.package-lock.json: tests/ui/package.json tests/ui/package-lock.json
	@$(NODE) || { echo "make ui needs Node.js 18 or newer, with npm: install them" >&2; exit 1; }
	@mkdir -p .bin/npm && cp tests/ui/package.json tests/ui/package-lock.json .bin/npm/
	@cd .bin/npm && ../../tools/quietly "what Argo CD's web application needs" npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund --fetch-retries 1 --fetch-retry-mintimeout 1000

.bin/ui/main.js: .bin/npm/node_modules/.package-lock.json tests/go.mod $(shell find tests/ui -name '*.mjs' -o -name '*.ts*' -o -name '*.scss')
	@tools/quietly "Argo CD's web application" node tests/ui/build.mjs .bin/npm .bin/ui

# What programs in TypeScript are type-checked with.
.PHONY: typescript
typescript: .bin/typescript/node_modules/.package-lock.json ## install what TypeScript programs are type-checked with, with Node.js 18 or newer and npm; test does where those are
	@:

.bin/typescript/node_modules/.package-lock.json: provider/typescript/package.json provider/typescript/package-lock.json
	@$(NODE) || { echo "make typescript needs Node.js 18 or newer, with npm: install them" >&2; exit 1; }
	@mkdir -p .bin/typescript && cp provider/typescript/package.json provider/typescript/package-lock.json .bin/typescript/
	@cd .bin/typescript && ../../tools/quietly "TypeScript and Pulumi's SDK for it" npm ci --ignore-scripts --no-audit --no-fund --fetch-retries 1 --fetch-retry-mintimeout 1000

.PHONY: typescript-if-possible
typescript-if-possible:
	@if ! { $(NODE); }; then echo "Without the type checks of programs in TypeScript: install Node.js 18 or newer, with npm."; \
	else $(MAKE) --no-print-directory typescript || echo "Without the type checks of programs in TypeScript, as make typescript failed."; fi

# What the tests with a browser need and is not there, as Debian's packages.
MISSING = missing=""; \
	command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing="chromium"; \
	command -v certutil >/dev/null || missing="$$missing libnss3-tools"; \
	{ $(NODE); } || missing="$$missing nodejs npm"

.PHONY: browser
browser: ## install with apt-get what the tests with a browser need and is not there: Chromium, certutil, Node.js, npm
	@$(MISSING); if [ -z "$$missing" ]; then exit; fi; \
	command -v apt-get >/dev/null || { echo "install these as your system does: $$missing" >&2; exit 1; }; \
	sudo=$$(if [ "$$(id -u)" != 0 ]; then echo sudo; fi); \
	$$sudo apt-get update && $$sudo apt-get install -y --no-install-recommends $$missing

.PHONY: ui-if-possible
ui-if-possible:
	@if ! { $(NODE); }; then echo "Without Argo CD's web application: install Node.js 18 or newer, with npm, to see it."; \
	else $(MAKE) --no-print-directory ui || echo "Without Argo CD's web application, as make ui failed."; fi

# The Kubernetes API of the simulated AKS, for GitOps. Its modules tell a version only
# to who builds Kubernetes as its own scripts do.
KUBERNETES_VERSION := v1.34.4
KUBERNETES_LDFLAGS := -s -w $(foreach pair,gitVersion=$(KUBERNETES_VERSION) gitMajor=1 gitMinor=34,-X k8s.io/component-base/version.$(pair))

.bin/kube-apiserver: $(wildcard tests/kubernetes/*.go) tests/kubernetes/go.mod tests/kubernetes/go.sum
	@cd tests/kubernetes && ../../tools/quietly "the Kubernetes API server $(KUBERNETES_VERSION) and etcd from source, minutes the first time" go build -ldflags "$(KUBERNETES_LDFLAGS)" -o "$(BIN)/kube-apiserver" .

.PHONY: gitops
gitops: .bin/kube-apiserver
	@cd tests && ../tools/quietly "Argo CD's repo-server and application controller, and kubectl" go build -ldflags "$(ARGOCD_LDFLAGS)" -o "$(BIN)/" ./cmd/argocd-components ./cmd/kubectl

# A pulumi of one's own, as new as the SDK or newer, runs the demo as well: engines take
# older SDKs.
.PHONY: pulumi-for-demo
pulumi-for-demo:
	@version=$$(PULUMI_HOME="$(BIN)/home" pulumi version 2>/dev/null); \
	case "$$version" in v3.*) printf '%s\n' $(PULUMI_VERSION) "$$version" | sort -CV && exit;; esac; \
	$(MAKE) --no-print-directory .bin/pulumi

# A stack of one's own is read with whichever pulumi has deployed it.
.PHONY: pulumi-for-stack
pulumi-for-stack:
	@command -v pulumi >/dev/null || $(MAKE) --no-print-directory .bin/pulumi

# What the sign-in needs. On a fresh machine the stack is deployed minutes before it is there.
FOR_SIGN_IN = $(MAKE) --no-print-directory argocd ui-if-possible $(if $(GITOPS),gitops)

.PHONY: demo
demo: pulumi-for-demo ## deploy STACK (dev) on a simulated Azure, sign in, destroy; KEEP=1 stays for a look around, GITOPS=1 syncs applications too, VERBOSE=1 shows all
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

.PHONY: test
test: .bin/pulumi .bin/pulumi-language-yaml provider argocd ui-if-possible typescript-if-possible ## run every test; BROWSER=required fails where those with a browser would be skipped
	go test -race ./...
	cd cmd/verify && go test -race ./...
	cd provider && go test -race ./...
	cd tools/release && go test -race ./...
	cd tools/vuln && go test -race ./...
	@$(MISSING); if [ -n "$$missing" ]; then echo "Without the tests with a browser: make browser installs $$missing"; fi
	cd tests && PATH="$(BIN):$$PATH" go test -timeout 30m ./...

.PHONY: test-gitops
test-gitops: .bin/pulumi argocd ui-if-possible gitops ## have Argo CD sync examples/bootstrap on a real Kubernetes API server; it takes 6 minutes more to build
	cd tests && export GITOPS=1 PATH="$(BIN):$$PATH" && go test -timeout 20m -count=1 ./gitops && go test -count=1 ./e2e -run TestGitOpsDemo

.PHONY: acceptance
acceptance: ## the same life of a stack on your own subscription and tenant, which costs money; PLAN=1 lists its steps
	@cd tests && go run ./acceptance/plan $(if $(PLAN),,-check)
ifndef PLAN
	@$(MAKE) .bin/pulumi
	cd tests && ACCEPTANCE=1 PATH="$(BIN):$$PATH" go test -timeout 3h -count=1 -v ./acceptance -run TestAzure
endif

.PHONY: faults
faults: .bin/pulumi ## have Azure, the network and the engine fail at each step of both stacks; 21 minutes of processor time; writes the matrix into docs/reliability.md
	@cd tests/faults && FAULTS=1 PATH="$(BIN):$$PATH" go test -timeout 60m -count=1 -parallel 4 -run '^TestFaults$$' -write

.PHONY: load
load: .bin/pulumi argocd ## sign in 1,000 users in an hour of Entra's clock, by browser and CLI; some minutes; prints latency and memory of Argo CD
	@cd tests/e2e && PATH="$(BIN):$$PATH" go test -timeout 60m -count=1 -run '^TestLoad$$' -sign-ins 1000

.PHONY: newcomer
newcomer: ## follow the README word by word in a clean clone of the last commit, with empty caches; half an hour, 9 GB
	@cd tests && go build -o "$(BIN)/newcomer" ./newcomer && "$(BIN)/newcomer" -repository "$(CURDIR)"

.PHONY: fuzz
fuzz: .bin/pulumi ## FUZZTIME (1m) of made-up policies, settings, domains, groups, registry IDs and first applications each, judged by Helm and Argo CD; then of changes, faults and commands, on the real engine
	@cd tests && for target in FuzzPolicies FuzzExtraSettings FuzzChartValues FuzzDomain FuzzGroup FuzzRegistry FuzzBootstrap; do \
		go test ./configurations -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s || exit 1; done
	@cd tests/faults && PATH="$(BIN):$$PATH" go test -timeout 0 -count=1 -run '^TestRandomSequences$$' -for $(FUZZTIME)

.PHONY: screenshots
screenshots: .bin/pulumi argocd ui gitops ## take the pictures of README and docs/ again
	cd tests && export BROWSER=required GITOPS=1 PATH="$(BIN):$$PATH"; \
	for test in "./e2e -run TestScreenshots" "./gitops -run TestBrowser"; do go test $$test -count=1 -screenshots "$(CURDIR)/docs/pictures" || exit 1; done

.PHONY: bench
bench: .bin/pulumi argocd ## measure the figures of docs/performance.md, fail beyond their goals, and write them there; ONLY=makespan measures those alone, ONLY=fresh_machine what a new machine builds
	@cd tests && ../tools/quietly "the benchmark" go build -o "$(BIN)/bench" ./bench
	@PATH="$(BIN):$$PATH" "$(BIN)/bench" -repository "$(CURDIR)" $(if $(ONLY),-only "$(ONLY)",-write)

RELEASE = go run -C tools/release .

.PHONY: publish-as
publish-as: ## give the project its home: REPO=github.com/acme/argocd-on-aks, in module paths, imports, documents and package names
	@$(RELEASE) home "$(REPO)"

.PHONY: version
version: ## set VERSION (v0.5.0) in the package, the modules and the documents, and date its entry in the changelog
	@$(RELEASE) version "$(VERSION)"

.PHONY: release
release: ## check that this commit can be released as VERSION (v0.5.0), and print the tags to push
	@$(RELEASE) check "$(VERSION)"

PLATFORMS := linux-amd64 linux-arm64 darwin-amd64 darwin-arm64 windows-amd64 windows-arm64
PLUGIN := pulumi-resource-argocd-on-aks
PACKAGE_VERSION = $(shell sed -n 's/^\tVersion = "\(.*\)"/\1/p' provider/components/provider.go)
CYCLONEDX_VERSION := v1.10.0

# The archives have the names and contents that Pulumi looks for in a release on GitHub:
# https://www.pulumi.com/docs/iac/guides/building-extending/packages/executable-plugin/
.PHONY: dist
dist: typescript ## build into .bin/dist what a release consists of: plugins for PLATFORMS, SBOM, SDKs for TypeScript and Python; on Linux, with Python 3 and pip
	@rm -rf .bin/dist .bin/plugins .bin/sdk && mkdir -p .bin/dist
	@for platform in $(PLATFORMS); do \
		folder="$(BIN)/plugins/$$platform"; file=$(PLUGIN)$$(case $$platform in windows-*) echo .exe;; esac); \
		(cd provider && export CGO_ENABLED=0 GOOS=$${platform%-*} GOARCH=$${platform#*-} && ../tools/quietly "the plugin for $$platform" go build -trimpath -ldflags "-s -w" -o "$$folder/$$file" .) || exit 1; \
		tar --create --mtime=@0 --owner=0 --group=0 --numeric-owner --directory "$$folder" "$$file" | gzip --no-name > .bin/dist/$(PLUGIN)-v$(PACKAGE_VERSION)-$$platform.tar.gz || exit 1; \
	done
	@go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX_VERSION) bin -json -version v$(PACKAGE_VERSION) -output .bin/dist/$(PLUGIN)-v$(PACKAGE_VERSION).cdx.json .bin/plugins/$(firstword $(PLATFORMS))/$(PLUGIN) 2>/dev/null
	@for language in typescript python; do (cd tools && go run ./sdk -language $$language ../provider/schema.json ../.bin/sdk/$$language) && cp LICENSE provider/README.md .bin/sdk/$$language/ || exit 1; done
	@cd .bin/sdk/typescript && ln -s ../../typescript/node_modules node_modules && node node_modules/typescript/bin/tsc && cp package.json README.md LICENSE bin/ && npm pack --silent --pack-destination "$(BIN)/dist" ./bin
	@python3 -m pip wheel --quiet --no-deps --wheel-dir .bin/dist .bin/sdk/python

# For other systems: all of it for macOS, and for Windows what is meant for it. No code
# here looks at the architecture, so that of macOS's other one, which takes minutes to
# compile, each package need only exist. Kubernetes, which takes as long, is left to Linux.
# go mod tidy reads no go.work, in which these modules find the root module.
.PHONY: tidy
tidy: ## go mod tidy in every module that is published
	@go mod tidy
	@for module in cmd/verify:../.. provider:..; do (cd $${module%%:*} && go mod edit -replace "$(MODULE)=$${module##*:}" && go mod tidy; status=$$?; go mod edit -dropreplace "$(MODULE)"; exit $$status) || exit 1; done

.PHONY: lint
lint: .bin/staticcheck .bin/actionlint ## gofmt, go vet for Linux, macOS and Windows, staticcheck, actionlint on the workflows, and vuln
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt: $$unformatted"; exit 1; }
	@for module in $(MODULES); do (cd $$module && go vet ./... && "$(BIN)/staticcheck" ./...) || exit 1; done
	@for module in $(filter-out tests/kubernetes,$(MODULES)); do (cd $$module && export CGO_ENABLED=0 GOOS=darwin && GOARCH=arm64 go vet ./... && GOARCH=amd64 go list -deps ./... >/dev/null) || exit 1; done
	@for module in $(filter-out tests tests/kubernetes,$(MODULES)); do (cd $$module && CGO_ENABLED=0 GOOS=windows GOARCH=amd64 go vet ./...) || exit 1; done
	@"$(BIN)/actionlint" .github/workflows/*.yaml examples/github-actions/*.yaml
	@$(MAKE) --no-print-directory vuln

.PHONY: vuln
vuln: .bin/vulndb/$(VULNDB_VERSION) ## list known vulnerabilities in the code that the program, verify and the provider call; fail where a newer module fixes one
	@cd tools/vuln && ../quietly govulncheck go build -o "$(BIN)/" . golang.org/x/vuln/cmd/govulncheck
	@"$(BIN)/vuln" -govulncheck "$(BIN)/govulncheck" -db "$(BIN)/vulndb/$(VULNDB_VERSION)" . cmd/verify provider

.PHONY: help
help: ## show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
