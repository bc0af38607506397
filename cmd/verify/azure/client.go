package azure

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// Client reads from Microsoft Graph and Azure Resource Manager.
type Client struct {
	graph, manager service
	// identity is the object ID of the signed-in identity; empty if its token has none.
	identity string
}

// service is one API and its credentials.
type service struct {
	name, endpoint string
	pipeline       runtime.Pipeline
	// unreachable is the error of an unreachable API. No further request is sent, because each would
	// wait for its timeout.
	unreachable error
	// seen caches documents by URL; nil disables the cache.
	seen map[string][]byte
}

// retries repeats requests for which an API returns a retryable status. Requests to an
// unreachable host are not repeated, which could take minutes.
var retries = policy.RetryOptions{ShouldRetry: func(response *http.Response, err error) bool {
	return err == nil && slices.Contains([]int{
		http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
	}, response.StatusCode)
}}

// NewClient signs in to both APIs of the stack's cloud. A missing login is one error.
func NewClient(ctx context.Context, s *Stack, credential azcore.TokenCredential, transport policy.Transporter) (*Client, error) {
	cloud, err := cloudOf(s.EntraIssuerURL)
	if err != nil {
		return nil, err
	}
	c := &Client{graph: service{name: "Microsoft Graph", endpoint: cloud.Graph()}, manager: service{name: "Azure", endpoint: cloud.ResourceManager()}}
	for _, api := range []*service{&c.graph, &c.manager} {
		scopes := []string{api.endpoint + "/.default"}
		token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: scopes})
		if err != nil {
			return nil, fmt.Errorf("not signed in to %s; run `az login --tenant %s`: %w", api.name, s.TenantID, err)
		}
		c.identity = objectID(token.Token)
		api.pipeline = runtime.NewPipeline("verify", "v1", runtime.PipelineOptions{
			PerRetry: []policy.Policy{runtime.NewBearerTokenPolicy(held(token), scopes, nil)},
		}, &policy.ClientOptions{Transport: transport, Retry: retries})
	}
	return c, nil
}

// objectID returns the claim oid of an access token, from which azuread also takes the
// object ID of the deploying identity (internal/clients in
// https://github.com/hashicorp/terraform-provider-azuread). The API checks the signature.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
func objectID(token string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	var claims struct {
		ObjectID string `json:"oid"`
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return ""
	}
	return claims.ObjectID
}

// Remember enables the cache: from now on, the client reads each document once.
func (c *Client) Remember() {
	c.graph.seen, c.manager.seen = map[string][]byte{}, map[string][]byte{}
}

// held is a token that is valid during all checks, so az runs once.
type held azcore.AccessToken

// GetToken returns the token.
func (h held) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken(h), nil
}

// The errors of an API for a missing document and for missing permissions.
var (
	errAbsent    = errors.New("not found")
	errForbidden = errors.New("not permitted")
)

// largest is the maximum size of a response in bytes. Lists have pages.
const largest = 16 << 20

// get reads a document. Its errors contain the API, status and code, but no body.
func (s *service) get(ctx context.Context, address string, into any) error {
	if !strings.HasPrefix(address, s.endpoint+"/") {
		return fmt.Errorf("%s returned a link to another host", s.name) // which must not receive the token
	}
	if content, known := s.seen[address]; known {
		return json.Unmarshal(content, into)
	}
	if s.unreachable != nil {
		return s.unreachable
	}
	request, err := runtime.NewRequest(ctx, http.MethodGet, address)
	if err != nil {
		return err
	}
	response, err := s.pipeline.Do(request)
	if err != nil {
		s.unreachable = fmt.Errorf("%s cannot be reached at %s: %w", s.name, strings.TrimPrefix(s.endpoint, "https://"), cause(ctx, err))
		return s.unreachable
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusOK {
		content, err := io.ReadAll(io.LimitReader(response.Body, largest+1))
		if err == nil && len(content) > largest {
			err = fmt.Errorf("a response has more than %d bytes", largest)
		}
		if err == nil {
			err = json.Unmarshal(content, into)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if s.seen != nil {
			s.seen[address] = content
		}
		return nil
	}
	var refusal *azcore.ResponseError
	errors.As(runtime.NewResponseError(response), &refusal)
	answer := fmt.Errorf("%s returned %d %s", s.name, refusal.StatusCode, refusal.ErrorCode)
	switch refusal.StatusCode {
	case http.StatusNotFound:
		return fmt.Errorf("%w: %w", errAbsent, answer)
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%w: %w", errForbidden, answer)
	}
	return answer
}

// cause returns the error without the request, and names the timeout.
func cause(ctx context.Context, err error) error {
	var timeout interface{ Timeout() bool }
	var request *url.Error
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("no response before the timeout of all checks: %w", ctx.Err())
	case errors.As(err, &timeout) && timeout.Timeout():
		return errors.New("no response within the timeout of a request (--patience)")
	case errors.As(err, &request):
		return request.Err
	}
	return err
}

// one reads an object of Microsoft Graph, each of which has an ID.
func one[T any](ctx context.Context, c *Client, path string) (found T, err error) {
	var document json.RawMessage
	if err := c.graph.get(ctx, c.graph.endpoint+"/v1.0/"+path, &document); err != nil {
		return found, err
	}
	var identified struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(document, &identified); err != nil || identified.ID == "" {
		return found, fmt.Errorf("%s returned no object", c.graph.name)
	}
	if err := json.Unmarshal(document, &found); err != nil {
		return found, fmt.Errorf("%s: %w", c.graph.name, err)
	}
	return found, nil
}

// list reads a collection of Microsoft Graph. https://learn.microsoft.com/graph/paging
func list[T any](ctx context.Context, c *Client, path string) ([]T, error) {
	return pages[T](ctx, &c.graph, "/v1.0/"+path)
}

// resources reads a list of Azure Resource Manager.
func resources[T any](ctx context.Context, c *Client, path string) ([]T, error) {
	return pages[T](ctx, &c.manager, path)
}

// pages reads a list page by page. The two APIs use different names for the next page.
func pages[T any](ctx context.Context, s *service, path string) (all []T, err error) {
	read := map[string]bool{}
	for address := s.endpoint + path; address != ""; {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("%s: interrupted: %w", s.name, err)
		}
		if read[address] {
			return nil, fmt.Errorf("%s: a list links back to an earlier page", s.name)
		}
		read[address] = true
		var page struct {
			Value     *[]T   `json:"value"`
			NextGraph string `json:"@odata.nextLink"`
			NextAzure string `json:"nextLink"`
		}
		if err := s.get(ctx, address, &page); err != nil {
			return nil, err
		}
		if page.Value == nil {
			return nil, fmt.Errorf("%s returned no list", s.name)
		}
		all, address = append(all, *page.Value...), cmp.Or(page.NextGraph, page.NextAzure)
	}
	return all, nil
}

// resource reads the properties of an Azure resource.
func resource[T any](ctx context.Context, c *Client, id, apiVersion string) (none T, err error) {
	var found struct {
		Properties *T `json:"properties"`
	}
	if err := c.manager.get(ctx, c.manager.endpoint+id+"?api-version="+apiVersion, &found); err != nil {
		return none, err
	}
	if found.Properties == nil {
		return none, fmt.Errorf("%s returned no resource", c.manager.name)
	}
	return *found.Properties, nil
}
