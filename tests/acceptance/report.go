package acceptance

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Report is a row of docs/internals/acceptance-log.md.
type Report struct {
	Date                          time.Time
	Region                        string
	Extension, ArgoCD, Kubernetes string // versions; empty if the run has not read them
	Result                        string
}

func (r Report) String() string {
	cells := []string{r.Date.Format(time.DateOnly), r.Region}
	for _, version := range []string{r.Extension, r.ArgoCD, r.Kubernetes} {
		cells = append(cells, cmp.Or(version, "unknown"))
	}
	return "| " + strings.Join(append(cells, r.Result), " | ") + " | |"
}

// readVersions completes the report with the versions that Azure and Argo CD state. Argo CD
// answers on localhost, with a self-signed certificate.
func (r *Report) readVersions(ctx context.Context, j Target, url string) error {
	answers, err := j.Answers(ctx)
	if err != nil {
		return fmt.Errorf("versions: %w", err)
	}
	var cluster struct{ CurrentKubernetesVersion string }
	var extension struct{ CurrentVersion string }
	err = errors.Join(decode("cluster", answers.Cluster, &cluster), decode("extension", answers.Extension, &extension))
	r.Kubernetes, r.Extension = cluster.CurrentKubernetesVersion, extension.CurrentVersion
	request, requestErr := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/version", nil)
	if err = errors.Join(err, requestErr); err != nil {
		return err
	}
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("version of Argo CD: %w", err)
	}
	defer response.Body.Close()
	var argoCD struct{ Version string }
	if err := json.NewDecoder(response.Body).Decode(&argoCD); err != nil {
		return fmt.Errorf("version of Argo CD: %w", err)
	}
	r.ArgoCD, _, _ = strings.Cut(argoCD.Version, "+") // without the commit
	return nil
}
