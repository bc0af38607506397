package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

func get(ctx context.Context, client *http.Client, address string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	return client.Do(request)
}

func getJSON(ctx context.Context, client *http.Client, address string, into any) error {
	response, err := get(ctx, client, address)
	if err != nil {
		return errors.New(address + ": " + reason(err))
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s: %s", address, response.Status, excerpt(response.Body))
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	return nil
}

// reason leaves out the request, which the caller names.
func reason(err error) string {
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err.Error()
	}
	return err.Error()
}

func excerpt(r io.Reader) string {
	text, _ := io.ReadAll(io.LimitReader(r, 300))
	return strings.TrimSpace(string(text))
}
