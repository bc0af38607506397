# Targets of contributors and maintainers.

##@ Contribute

# Vets everything but tests/kubernetes for macOS, and for Windows only the code that supports
# it. No code depends on the architecture, so for macOS on amd64 it only checks that all
# packages exist, which saves minutes.
.PHONY: lint
lint: .bin/golangci-lint .bin/actionlint .bin/licenses ## check formatting, code, workflows, licenses and known vulnerabilities
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt: $$unformatted"; exit 1; }
	@for module in $(MODULES); do (cd $$module && "$(BIN)/golangci-lint" run ./...) || exit 1; done
	@for module in $(filter-out tests/kubernetes,$(MODULES)); do (cd $$module && export CGO_ENABLED=0 GOOS=darwin && GOARCH=arm64 go vet ./... && GOARCH=amd64 go list -deps ./... >/dev/null) || exit 1; done
	@for module in $(filter-out tests tests/kubernetes,$(MODULES)); do (cd $$module && CGO_ENABLED=0 GOOS=windows GOARCH=amd64 go vet ./...) || exit 1; done
	@"$(BIN)/actionlint" .github/workflows/*.yaml examples/github-actions/*.yaml
	@for platform in $(PLATFORMS); do (cd provider && CGO_ENABLED=0 GOOS=$${platform%-*} GOARCH=$${platform#*-} "$(BIN)/licenses" >/dev/null) || exit 1; done
	@$(MAKE) --silent --no-print-directory vuln

# make test already uses the race detector for concurrent code that compiles without the SDKs.
.PHONY: race
race: ## run the unit tests with the race detector
	@for module in . cmd/verify provider; do (cd $$module && go test -race ./...) || exit 1; done

.PHONY: vuln
vuln: .bin/vulndb/$(VULNDB_VERSION) ## list known vulnerabilities in called code; fail if a module upgrade fixes one
	@cd tools/vuln && ../quietly govulncheck go build -o "$(BIN)/" . golang.org/x/vuln/cmd/govulncheck
	@"$(BIN)/vuln" -govulncheck "$(BIN)/govulncheck" -db "$(BIN)/vulndb/$(VULNDB_VERSION)" . cmd/verify provider

# go mod tidy ignores go.work, so the modules need a replace directive for the root module.
.PHONY: tidy
tidy: ## run go mod tidy in every published module
	@go mod tidy
	@for module in cmd/verify:../.. provider:..; do (cd $${module%%:*} && go mod edit -replace "$(MODULE)=$${module##*:}" && go mod tidy; status=$$?; go mod edit -dropreplace "$(MODULE)"; exit $$status) || exit 1; done

.PHONY: fuzz
fuzz: .bin/pulumi ## test random settings, then random faults; FUZZTIME=1m for each target
	@cd tests && for target in FuzzPolicies FuzzExtraSettings FuzzChartValues FuzzDomain FuzzGroup FuzzRegistry FuzzBootstrap; do \
		go test ./configurations -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s || exit 1; done
	@cd tests/faults && PATH="$(BIN):$$PATH" go test -timeout 0 -count=1 -run '^TestRandomSequences$$' -for $(FUZZTIME)

.PHONY: reference
reference: ## write the tables of docs/configuration.md
	@cd tests/e2e/lifecycle && go test -count=1 -run '^TestReference$$' -write

.PHONY: faults
faults: .bin/pulumi ## run the fault matrix and write it to docs/; 21 minutes of processor time
	@cd tests/faults && FAULTS=1 PATH="$(BIN):$$PATH" go test -timeout 60m -count=1 -parallel 4 -run '^TestFaults$$' -write

# The real azuread provider, from the plugin cache of the Pulumi CLI, in the version of its
# SDK. It waits 20 seconds for each deletion, so most of the time the tests wait, side by side.
AZUREAD_VERSION = $(shell sed -n 's|.*pulumi/pulumi-azuread/sdk/v5 ||p' go.mod)
AZUREAD_PLUGIN = $(or $(PULUMI_HOME),$(HOME)/.pulumi)/plugins/resource-azuread-$(AZUREAD_VERSION)/pulumi-resource-azuread
AZUREAD_INSTALL = plugin install resource azuread $(AZUREAD_VERSION)
AZUREAD_TESTS = cd tests && AZUREAD_PLUGIN="$(AZUREAD_PLUGIN)" PATH="$(BIN):$$PATH" $(GO_TEST) -timeout 60m -count=1 -p 4 -parallel 20

# The tests that run with both the simulated and the real provider, and those of the latter.
# Others count single operations, or expect that a lost answer fails an operation: the real
# provider sends several requests for one, and repeats them.
ON_BOTH_PROVIDERS := TestAzuread.* TestSameAsCLI TestCancel TestLifecycleOf.* TestEntraKeys TestOutputs TestRefusals TestFailureAndRetry \
	TestDrift TestDriftCheck TestManualChanges TestManualDeletion TestAnotherDeployer TestRenamed.* \
	TestImportOfTheGuide TestExistingCluster TestFleetWithRegistry TestUpgrade TestUpgradedSignIn \
	TestRecoverKilled.* TestRecoverNoChanges TestRecoverDeletedObjects TestRecoverReplacement TestRecoverLookAlike TestRecoverTakenByOthers \
	TestVerifyAzure TestVerifyAzureCommand TestVerifyAzureLookAlikes TestVerifyAzureOwners TestVerifyAzurePipelines \
	TestSignIn TestGroupClaimsSwitch TestGroupClaimsDrift TestPipelines TestPipelineLifecycle TestPipelineDrift TestPipelineRefusals \
	TestContainerRegistry TestRegistryIdentity TestAzureDevOpsMoves TestClusters TestClustersDrift

.PHONY: test-azuread
test-azuread: .bin/pulumi argocd ## test with the real azuread provider on the simulated Entra; 8 minutes
	@test -x "$(AZUREAD_PLUGIN)" || { echo "$(AZUREAD_PLUGIN) is missing: pulumi $(AZUREAD_INSTALL)" >&2; exit 1; }
	$(AZUREAD_TESTS) ./engine ./e2e/lifecycle ./e2e/identities ./e2e/signin ./commands -run '^($(subst $(eval) ,|,$(ON_BOTH_PROVIDERS)))$$'

.PHONY: azuread-plugin
azuread-plugin: .bin/pulumi
	"$(BIN)/pulumi" $(AZUREAD_INSTALL)

# One life cycle with the real azuread provider, where its plugin is installed.
.PHONY: test-azuread-if-possible
test-azuread-if-possible: .bin/pulumi
	@if ! test -x "$(AZUREAD_PLUGIN)"; then echo "Without the real azuread provider: pulumi $(AZUREAD_INSTALL), then make test-azuread"; \
	else $(AZUREAD_TESTS) ./e2e/lifecycle -run '^TestLifecycleOfDev$$'; fi

.PHONY: load
load: .bin/pulumi argocd ## sign in 1,000 users; print latency and memory of Argo CD; takes 3 minutes
	@cd tests/e2e/signin && PATH="$(BIN):$$PATH" go test -timeout 60m -count=1 -run '^TestLoad$$' -sign-ins 1000

.PHONY: bench
bench: .bin/pulumi argocd ## run the benchmark and write its figures to docs/; ONLY=<prefix> selects figures
	@cd tests && ../tools/quietly "the benchmark" go build -o "$(BIN)/bench" ./bench
	@PATH="$(BIN):$$PATH" "$(BIN)/bench" -repository "$(CURDIR)" $(if $(ONLY),-only "$(ONLY)",-write)

.PHONY: newcomer
newcomer: ## run the documented first steps in a clean clone; half an hour, 11 GB of disk
	@cd tests && go build -o "$(BIN)/newcomer" ./newcomer && "$(BIN)/newcomer" -repository "$(CURDIR)"

.PHONY: typescript
typescript: .bin/typescript/node_modules/.package-lock.json ## install the TypeScript compiler and SDK with Node.js 18 or newer and npm
	@:

.PHONY: screenshots
screenshots: .bin/pulumi argocd ui gitops ## take the screenshots of README and docs/ again
	cd tests && export BROWSER=required GITOPS=1 PATH="$(BIN):$$PATH"; \
	for test in "./e2e/signin -run TestScreenshots" "./gitops -run TestBrowser"; do go test $$test -count=1 -screenshots "$(CURDIR)/docs/pictures" || exit 1; done

##@ Release

RELEASE = go run -C tools/release .

.PHONY: publish-as
publish-as: ## replace the repository address with REPO=github.com/<owner>/<name>
	@$(RELEASE) home "$(REPO)"

.PHONY: version
version: ## set VERSION=v0.5.0 in all files, and the date in the changelog
	@$(RELEASE) version "$(VERSION)"

.PHONY: release
release: ## check that this commit can be released as VERSION=v0.5.0, and print the tags
	@$(RELEASE) check "$(VERSION)"

PLATFORMS := linux-amd64 linux-arm64 darwin-amd64 darwin-arm64 windows-amd64 windows-arm64
PLUGIN := pulumi-resource-argocd-on-aks
PACKAGE_VERSION = $(shell sed -n 's/^\tVersion = "\(.*\)"/\1/p' provider/components/provider.go)
CYCLONEDX_VERSION := v1.10.0

# Pulumi expects these file names and contents in a release on GitHub:
# https://www.pulumi.com/docs/iac/guides/building-extending/packages/executable-plugin/
.PHONY: dist
dist: typescript .bin/licenses ## build the files of a release into .bin/dist, on Linux with Python 3 and pip
	@rm -rf .bin/dist .bin/plugins .bin/sdk && mkdir -p .bin/dist
	@for platform in $(PLATFORMS); do \
		folder="$(BIN)/plugins/$$platform"; file=$(PLUGIN)$$(case $$platform in windows-*) echo .exe;; esac); \
		(cd provider && export CGO_ENABLED=0 GOOS=$${platform%-*} GOARCH=$${platform#*-} && ../tools/quietly "the plugin for $$platform" go build -trimpath -ldflags "-s -w" -o "$$folder/$$file" . && "$(BIN)/licenses" > "$$folder/THIRD-PARTY-LICENSES") || exit 1; \
		cp LICENSE "$$folder/"; \
		tar --create --mtime=@0 --owner=0 --group=0 --numeric-owner --directory "$$folder" "$$file" LICENSE THIRD-PARTY-LICENSES | gzip --no-name > .bin/dist/$(PLUGIN)-v$(PACKAGE_VERSION)-$$platform.tar.gz || exit 1; \
	done
	@go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX_VERSION) bin -json -version v$(PACKAGE_VERSION) -output .bin/dist/$(PLUGIN)-v$(PACKAGE_VERSION).cdx.json .bin/plugins/$(firstword $(PLATFORMS))/$(PLUGIN) 2>/dev/null
	@for language in typescript python; do (cd tools && go run ./sdk -language $$language ../provider/schema.json ../.bin/sdk/$$language) && cp LICENSE provider/README.md .bin/sdk/$$language/ || exit 1; done
	@cd .bin/sdk/typescript && ln -s ../../typescript/node_modules node_modules && node node_modules/typescript/bin/tsc && cp package.json README.md LICENSE bin/ && npm pack --silent --pack-destination "$(BIN)/dist" ./bin
	@python3 -m pip wheel --quiet --no-deps --wheel-dir .bin/dist .bin/sdk/python
