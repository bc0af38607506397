package argocd

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// Browser is a user's web browser with its cookies.
type Browser struct {
	// AccountPrompts counts how often Entra asked the user to pick an account.
	AccountPrompts int
	// Local counts the requests to localhost.
	Local atomic.Int64
	// Redirected, if set, is called before each redirect.
	Redirected func(to *url.URL)

	user   string
	client *http.Client
	// token, if set, is sent to Argo CD in place of a cookie.
	token string
}

// UserInfo is the response of /api/v1/session/userinfo.
type UserInfo struct {
	LoggedIn bool     `json:"loggedIn"`
	Username string   `json:"username"`
	Issuer   string   `json:"iss"`
	Groups   []string `json:"groups"`
}

// NewBrowser returns a browser for a user of the tenant, such as alice@contoso.example. On
// localhost it accepts Argo CD's self-signed certificate.
func NewBrowser(internet *azuresim.Internet, user string) (*Browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	local := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	b := &Browser{user: user}
	b.client = &http.Client{
		Jar: jar, Timeout: 30 * time.Second, Transport: byHost{internet.Transport(), local, &b.Local}, CheckRedirect: b.redirect,
	}
	return b, nil
}

func (b *Browser) redirect(to *http.Request, via []*http.Request) error {
	if len(via) >= 10 {
		return errors.New("stopped after 10 redirects")
	}
	if b.Redirected != nil {
		b.Redirected(to.URL)
	}
	return nil
}

type byHost struct {
	web, local *http.Transport
	toLocal    *atomic.Int64
}

func (t byHost) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Hostname() == "localhost" {
		t.toLocal.Add(1)
		return t.local.RoundTrip(r)
	}
	return t.web.RoundTrip(r)
}

func (t byHost) CloseIdleConnections() {
	t.web.CloseIdleConnections()
	t.local.CloseIdleConnections()
}

// CloseConnections closes the browser's connections. Its cookies stay.
func (b *Browser) CloseConnections() { b.client.CloseIdleConnections() }

// SignIn follows "Log in via Microsoft Entra ID" and returns the user info.
func (b *Browser) SignIn(ctx context.Context, argocdURL string) (UserInfo, error) {
	if _, err := b.open(ctx, argocdURL+"/auth/login?return_url="+url.QueryEscape(argocdURL+"/user-info")); err != nil {
		return UserInfo{}, err
	}
	return b.UserInfo(ctx, argocdURL)
}

// UserInfo returns Argo CD's user info, or an error if no user is signed in.
func (b *Browser) UserInfo(ctx context.Context, argocdURL string) (UserInfo, error) {
	page, err := b.open(ctx, argocdURL+"/api/v1/session/userinfo")
	if err != nil {
		return UserInfo{}, err
	}
	var info UserInfo
	if err := json.Unmarshal([]byte(page), &info); err != nil {
		return UserInfo{}, fmt.Errorf("user info: %w", err)
	}
	if !info.LoggedIn {
		return info, errors.New("argo cd: not signed in")
	}
	return info, nil
}

// SignOut follows "Log out" and returns the address of the final page.
func (b *Browser) SignOut(ctx context.Context, argocdURL string) (page string, err error) {
	_, at, err := b.get(ctx, argocdURL+"/auth/logout")
	if err != nil {
		return "", err
	}
	return at.String(), nil
}

// CanI reports whether the user may perform an action, as `argocd account can-i` does.
func (b *Browser) CanI(ctx context.Context, argocdURL, action, resource, object string) (bool, error) {
	page, err := b.open(ctx, argocdURL+"/api/v1/account/can-i/"+resource+"/"+action+"/"+object)
	if err != nil {
		return false, err
	}
	var answer struct {
		Value string `json:"value"`
	}
	if err := json.Unmarshal([]byte(page), &answer); err != nil {
		return false, fmt.Errorf("can-i: %w", err)
	}
	return answer.Value == "yes", nil
}

var refusal = regexp.MustCompile(`"strServiceExceptionMessage":("[^"]*")`)

// open loads a page and follows redirects. On Entra's page it picks the browser's user.
func (b *Browser) open(ctx context.Context, address string) (string, error) {
	page, at, err := b.get(ctx, address)
	if err != nil || !isEntra(at) {
		return page, err
	}
	b.AccountPrompts++
	query := at.Query()
	query.Set("login_hint", b.user)
	query.Del("prompt")
	at.RawQuery = query.Encode()
	page, at, err = b.get(ctx, at.String())
	if err == nil && isEntra(at) {
		err = fmt.Errorf("account %s not found in the tenant", b.user)
	}
	return page, err
}

func isEntra(at *url.URL) bool { return strings.HasPrefix(at.Hostname(), "login.") }

func (b *Browser) get(ctx context.Context, address string) (string, *url.URL, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", nil, err
	}
	request.Header.Set("Accept", "text/html,*/*") // Argo CD returns HTML only to browsers
	if b.token != "" {
		request.Header.Set("Authorization", "Bearer "+b.token)
	}
	response, err := b.client.Do(request)
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", response.Request.URL.Host, err)
	}
	if response.StatusCode != http.StatusOK {
		return "", nil, fmt.Errorf("%s: %s", response.Request.URL.Host, strings.TrimSpace(string(body)))
	}
	if reason := refusal.FindSubmatch(body); reason != nil {
		var text string
		err := json.Unmarshal(reason[1], &text)
		return "", nil, errors.Join(fmt.Errorf("%s: %s", response.Request.URL.Host, text), err)
	}
	return string(body), response.Request.URL, nil
}

// openOnceUp retries a page whose server is not listening yet: argocd login prints the
// address first (oauth2Login in cmd/argocd/commands/login.go of argo-cd).
func (b *Browser) openOnceUp(ctx context.Context, address string) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		_, err := b.open(ctx, address)
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		}
	}
}

// Post sends JSON to Argo CD's API.
func (b *Browser) Post(ctx context.Context, argocdURL, path, body string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, argocdURL+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := b.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, answer)
	}
	return err
}
