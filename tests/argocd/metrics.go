package argocd

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// enableProfiler lets the server collect garbage on request. The server reads the setting
// from a file; the chart's setting is server.profile.enabled.
func enableProfiler(dir string) (variable string, err error) {
	file := filepath.Join(dir, "profiler.enabled")
	return "ARGOCD_ENABLE_PROFILER_FILE_PATH=" + file, os.WriteFile(file, []byte("true"), 0o600)
}

// Metrics returns the server's metrics without labels, such as go_goroutines, after two
// garbage collections: entries of a sync.Pool survive one.
func (s *Server) Metrics(ctx context.Context) (map[string]float64, error) {
	for range 2 {
		if _, err := s.measure(ctx, "/debug/pprof/heap?gc=1"); err != nil {
			return nil, err
		}
	}
	page, err := s.measure(ctx, "/metrics")
	if err != nil {
		return nil, err
	}
	metrics := map[string]float64{}
	lines := bufio.NewScanner(strings.NewReader(page))
	for lines.Scan() {
		name, text, _ := strings.Cut(lines.Text(), " ")
		if value, err := strconv.ParseFloat(text, 64); err == nil {
			metrics[name] = value
		}
	}
	return metrics, lines.Err()
}

func (s *Server) measure(ctx context.Context, path string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.metrics+path, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("argo cd's metrics: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("argo cd's metrics: %s: %s", response.Status, body)
	}
	return string(body), err
}
