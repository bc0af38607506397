package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/OWNER/argocd-on-aks/internal/printable"
)

// answer is a response whose body has been read.
type answer struct {
	*http.Response
	body string
}

// maxBody is the maximum size of a response body in bytes.
const maxBody = 1 << 20

// ask sends a request. Its error names the host and the cause, such as a proxy or a timeout.
func ask(client *http.Client, request *http.Request) (answer, error) {
	response, err := client.Do(request)
	if err != nil {
		return answer{}, unanswered(client, request, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return answer{}, unanswered(client, request, err)
	}
	if len(body) > maxBody {
		return answer{}, fmt.Errorf("%s: the response has more than %d bytes", request.URL.Host, maxBody)
	}
	return answer{response, string(body)}, nil
}

func get(ctx context.Context, client *http.Client, address string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, err
	}
	return ask(client, request)
}

// getArgoCD sends a request to Argo CD with the cookies of a browser. It returns an error if
// another server responds in its place.
func getArgoCD(ctx context.Context, client *http.Client, address string, cookies ...*http.Cookie) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, err
	}
	for _, cookie := range cookies {
		request.AddCookie(cookie)
	}
	response, err := ask(client, request)
	if err != nil {
		return answer{}, err
	}
	return response, checkSender(response)
}

func getJSON(ctx context.Context, client *http.Client, address string, into any) error {
	found, err := get(ctx, client, address)
	if err != nil {
		return err
	}
	err = found.decode(into)
	if host := found.Request.URL.Host; err != nil && found.fromProxy() {
		return &intercepted{err.Error(), "check whether a proxy or firewall responded in place of " + host + ", and allow the host there"}
	}
	return err
}

// decode decodes the body of a response with status 200.
func (a answer) decode(into any) error {
	if a.StatusCode != http.StatusOK {
		err := fmt.Errorf("%s returned %s: %s", a.Request.URL, a.Status, excerpt(a.body))
		if a.StatusCode == http.StatusTooManyRequests || a.StatusCode >= http.StatusInternalServerError {
			return busy{err}
		}
		return err
	}
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		return fmt.Errorf("%s: %w", a.Request.URL, err)
	}
	return nil
}

// busy is the error of a service that may respond later.
type busy struct{ error }

// unreached is the error of a request without a complete response.
type unreached struct{ error }

func (u unreached) Unwrap() error { return u.error }

// errNoResponse reports that the checks ended before a response.
var errNoResponse = errors.New("no response")

// unanswered returns the error with the host and the cause.
func unanswered(client *http.Client, request *http.Request, err error) error {
	return unreached{causeOf(client, request, err)}
}

func causeOf(client *http.Client, request *http.Request, err error) error {
	host := request.URL.Host
	var last *url.Error
	if errors.As(err, &last) { // after a redirect, the URL has another host
		if at, parseErr := url.Parse(last.URL); parseErr == nil {
			host = at.Host
		}
		err = last.Err
	}
	var timeout interface{ Timeout() bool }
	switch over := context.Cause(request.Context()); {
	case errors.Is(over, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w before the timeout of all checks", host, errNoResponse)
	case over != nil:
		return fmt.Errorf("%s: %w, interrupted: %w", host, errNoResponse, over)
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%s: no response within %s", host, client.Timeout)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: connection closed: %w", host, err)
	}
	return fmt.Errorf("%s: %w", host, err)
}

func excerpt(text string) string { return printable.Words(text, 300) }

// SameHost follows redirects only to the original host over https, so a response cannot
// redirect the checks to a host of the internal network.
func SameHost(request *http.Request, via []*http.Request) error {
	const most = 10
	switch first := via[0].URL; {
	case len(via) >= most:
		return fmt.Errorf("more than %d redirects", most)
	case request.URL.Scheme != "https" || request.URL.Host != first.Host:
		return http.ErrUseLastResponse
	}
	return nil
}

// ThroughProxy returns a copy whose errors name the proxy that could not reach a host.
func ThroughProxy(transport *http.Transport) *http.Transport {
	clone := transport.Clone()
	clone.OnProxyConnectResponse = func(_ context.Context, proxy *url.URL, _ *http.Request, response *http.Response) error {
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("the proxy %s returned %s", proxy.Host, response.Status)
		}
		return nil
	}
	return clone
}
