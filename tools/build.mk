# Commands in .bin/, built from pinned modules.

PULUMI_VERSION := v3.259.0
export VERBOSE BROWSER
PULUMI_LDFLAGS := -s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$(PULUMI_VERSION)

# The pinned Pulumi CLI: a link to the one on PATH if it has this version, else built from
# source.
.bin/pulumi: tools/go.mod tools/go.sum
	@mkdir -p .bin
	@if [ "$$(PULUMI_HOME="$(BIN)/home" pulumi version 2>/dev/null)" = "$(PULUMI_VERSION)" ]; then ln -sf "$$(command -v pulumi)" "$@"; exit; fi; \
	cd tools && ./quietly "the Pulumi CLI $(PULUMI_VERSION) (minutes the first time)" go build -ldflags "$(PULUMI_LDFLAGS)" -o "$(CURDIR)/$@" github.com/pulumi/pulumi/pkg/v3/cmd/pulumi

# Rebuilt with the installed Go: an older build cannot read a newer standard library.
.PHONY: .bin/golangci-lint
.bin/golangci-lint:
	@cd tools/golangci && ../quietly golangci-lint go build -o "$(CURDIR)/$@" github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.bin/actionlint: tools/actionlint/go.mod tools/actionlint/go.sum
	@cd tools/actionlint && ../quietly actionlint go build -o "$(CURDIR)/$@" github.com/rhysd/actionlint/cmd/actionlint

.PHONY: .bin/licenses
.bin/licenses:
	@cd tools/licenses && ../quietly licenses go build -o "$(BIN)/licenses" .

# Go's vulnerability database. To update it, change this version. Go's checksum database
# verifies the module.
VULNDB_VERSION := v0.0.0-20261105234957-e22db6528018

.bin/vulndb/$(VULNDB_VERSION):
	@GOBIN="$(BIN)" tools/quietly "the vulnerability database" go install golang.org/x/vulndb/cmd/indexdb@$(VULNDB_VERSION)
	@rm -rf .bin/vulndb && "$(BIN)/indexdb" -vulns "$$(go env GOMODCACHE)/golang.org/x/vulndb@$(VULNDB_VERSION)/data/osv" -out .bin/vulndb/new && mv .bin/vulndb/new "$@"

# Pulumi's language host for YAML, for the tests of provider/.
.bin/pulumi-language-yaml: tools/yaml/go.mod tools/yaml/go.sum
	@cd tools/yaml && ../quietly "Pulumi's language host for YAML (minutes the first time)" go build -o "$(CURDIR)/$@" github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml

# Argo CD's CLI and API server, for sign-in. Go decides whether to rebuild. Their version
# is that of the release; the tag also stands for the commit.
ARGOCD_VERSION = $(shell sed -n 's|.*argoproj/argo-cd/v3 ||p' tests/go.mod)
KUBECTL_VERSION = $(shell sed -n 's|.*=> k8s.io/kubectl ||p' tests/go.mod)
ARGOCD_COMMON := -X github.com/argoproj/argo-cd/v3/common
ARGOCD_LDFLAGS = -s -w $(ARGOCD_COMMON).gitTag=$(ARGOCD_VERSION) $(ARGOCD_COMMON).gitCommit=$(ARGOCD_VERSION) $(ARGOCD_COMMON).gitTreeState=clean $(ARGOCD_COMMON).kubectlVersion=$(KUBECTL_VERSION)

.PHONY: argocd
argocd:
	@cd tests && ../tools/quietly "Argo CD $(ARGOCD_VERSION) (minutes the first time)" go build -ldflags "$(ARGOCD_LDFLAGS)" -o "$(BIN)/" ./cmd/argocd ./cmd/argocd-server

NODE := node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null

.bin/npm/node_modules/.package-lock.json: tests/ui/package.json tests/ui/package-lock.json
	@$(NODE) || { echo "make ui requires Node.js 18 or newer and npm" >&2; exit 1; }
	@mkdir -p .bin/npm && cp tests/ui/package.json tests/ui/package-lock.json .bin/npm/
	@cd .bin/npm && ../../tools/quietly "the dependencies of Argo CD's web application" npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund --fetch-retries 1 --fetch-retry-mintimeout 1000

.bin/ui/main.js: .bin/npm/node_modules/.package-lock.json tests/go.mod $(shell find tests/ui -name '*.mjs' -o -name '*.ts*' -o -name '*.scss')
	@tools/quietly "Argo CD's web application" node tests/ui/build.mjs .bin/npm .bin/ui

.bin/typescript/node_modules/.package-lock.json: provider/typescript/package.json provider/typescript/package-lock.json
	@$(NODE) || { echo "make typescript requires Node.js 18 or newer and npm" >&2; exit 1; }
	@mkdir -p .bin/typescript && cp provider/typescript/package.json provider/typescript/package-lock.json .bin/typescript/
	@cd .bin/typescript && ../../tools/quietly "TypeScript and Pulumi's SDK" npm ci --ignore-scripts --no-audit --no-fund --fetch-retries 1 --fetch-retry-mintimeout 1000

.PHONY: typescript-if-possible
typescript-if-possible:
	@if ! { $(NODE); }; then echo "The type checks of TypeScript programs are skipped: they require Node.js 18 or newer and npm."; \
	else $(MAKE) --silent --no-print-directory typescript || echo "The type checks of TypeScript programs are skipped: make typescript failed."; fi

# Missing packages for the browser tests, by Debian's names.
MISSING = missing=""; \
	command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing="chromium"; \
	command -v certutil >/dev/null || missing="$$missing libnss3-tools"; \
	{ $(NODE); } || missing="$$missing nodejs npm"

.PHONY: ui-if-possible
ui-if-possible:
	@if ! { $(NODE); }; then echo "Argo CD's web pages are not available: they require Node.js 18 or newer and npm."; \
	else $(MAKE) --silent --no-print-directory ui || echo "Argo CD's web pages are not available: make ui failed."; fi

# The Kubernetes API server of the simulated AKS, for GitOps. The version is set with linker
# flags, as the build scripts of Kubernetes do.
KUBERNETES_VERSION := v1.34.4
KUBERNETES_LDFLAGS := -s -w $(foreach pair,gitVersion=$(KUBERNETES_VERSION) gitMajor=1 gitMinor=34,-X k8s.io/component-base/version.$(pair))

.bin/kube-apiserver: $(wildcard tests/kubernetes/*.go) tests/kubernetes/go.mod tests/kubernetes/go.sum
	@cd tests/kubernetes && ../../tools/quietly "the Kubernetes API server $(KUBERNETES_VERSION) and etcd (minutes the first time)" go build -ldflags "$(KUBERNETES_LDFLAGS)" -o "$(BIN)/kube-apiserver" .

.PHONY: gitops
gitops: .bin/kube-apiserver
	@cd tests && ../tools/quietly "Argo CD's repo-server and application controller, and kubectl" go build -ldflags "$(ARGOCD_LDFLAGS)" -o "$(BIN)/" ./cmd/argocd-components ./cmd/kubectl

# The pulumi command for make demo KEEP=1: the one on PATH if it is at least as new as the
# SDK, because newer engines accept older SDKs.
.PHONY: pulumi-to-look-around
pulumi-to-look-around:
	@version=$$(PULUMI_HOME="$(BIN)/home" pulumi version 2>/dev/null); \
	case "$$version" in v3.*) printf '%s\n' $(PULUMI_VERSION) "$$version" | sort -CV && exit;; esac; \
	$(MAKE) --silent --no-print-directory .bin/pulumi

# verify and recover read the stack with the pulumi on PATH, which deployed it.
.PHONY: pulumi-for-stack
pulumi-for-stack:
	@command -v pulumi >/dev/null || $(MAKE) --silent --no-print-directory .bin/pulumi

# The demo builds this during the deployment: the first build takes minutes.
FOR_SIGN_IN = $(MAKE) --silent --no-print-directory argocd ui-if-possible $(if $(GITOPS),gitops) $(if $(KEEP),pulumi-to-look-around)
