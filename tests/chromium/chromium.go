// Package chromium runs a real browser on the simulated internet, with an empty profile,
// its proxy, and the simulation's authority as the only trusted one.
package chromium

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// width is the width of the window in pixels.
const width = 1400

// missing returns the name of a required program that is not installed, or "".
func missing() string {
	if _, err := command(); err != nil {
		return "Chromium"
	}
	if _, err := exec.LookPath("certutil"); err != nil {
		return "certutil, of the package libnss3-tools"
	}
	return ""
}

func command() (path string, err error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err = exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", err
}

// Browser is a browser for the duration of a test. Failures end the test.
type Browser struct {
	t     testing.TB
	tab   context.Context
	close context.CancelFunc
	dir   string

	mu sync.Mutex
	// errors are uncaught errors of the pages' scripts.
	errors []string
}

// open starts a browser with a new profile in dir.
func open(t testing.TB, internet *azuresim.Internet, dir string) (*Browser, error) {
	ctx := t.Context()
	path, err := command()
	if err != nil {
		return nil, fmt.Errorf("chromium: %w", err)
	}
	if err := trust(ctx, internet.CAFile, dir); err != nil {
		return nil, err
	}
	ctx, end := chromedp.NewExecAllocator(ctx,
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.UserDataDir(filepath.Join(dir, "profile")), chromedp.Env("HOME="+dir), chromedp.ProxyServer(internet.ProxyURL),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("password-store", "basic"),
		// Pages in the back/forward cache keep their connections open.
		chromedp.Flag("disable-features", "BackForwardCache"),
		chromedp.WindowSize(width, 1000), chromedp.WSURLReadTimeout(time.Minute),
	)
	tab, endTab := chromedp.NewContext(ctx)
	b := &Browser{t: t, tab: tab, dir: dir, close: func() {
		_ = chromedp.Cancel(tab) // fails if the process has already ended
		endTab()
		end()
	}}
	chromedp.ListenTarget(tab, func(event any) {
		if thrown, is := event.(*cdpruntime.EventExceptionThrown); is {
			b.note(thrown.ExceptionDetails.Error())
		}
	})
	if err := chromedp.Run(tab); err != nil {
		b.close()
		return nil, fmt.Errorf("chromium: %w", err)
	}
	return b, nil
}

// signedOut matches uncaught errors of Argo CD's pages before sign-in.
var signedOut = regexp.MustCompile(`Unauthorized|no session information`)

func (b *Browser) note(thrown string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !signedOut.MatchString(thrown) {
		b.errors = append(b.errors, thrown)
	}
}

// trust adds an authority to the certificate store of a home directory, which Chromium
// reads on Linux:
// https://chromium.googlesource.com/chromium/src/+/refs/heads/main/docs/linux/cert_management.md
func trust(ctx context.Context, caFile, home string) error {
	store := filepath.Join(home, ".pki", "nssdb")
	if err := os.MkdirAll(store, 0o700); err != nil {
		return err
	}
	for _, arguments := range [][]string{
		{"-N", "--empty-password"},
		{"-A", "-t", "C,,", "-n", "simulated internet", "-i", caFile},
	} {
		output, err := exec.CommandContext(ctx, "certutil", append([]string{"-d", "sql:" + store}, arguments...)...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("certutil: %w: %s", err, output)
		}
	}
	return nil
}

// end stops the browser and removes its files. It returns the uncaught errors of its pages'
// scripts.
func (b *Browser) end() error {
	b.close()
	err := b.remove()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.errors) > 0 {
		err = errors.Join(err, errors.New("chromium: "+strings.Join(b.errors, "\n")))
	}
	return err
}

// remove waits for child processes of the browser, which write to its profile a moment
// longer.
func (b *Browser) remove() error {
	deadline, tick := time.After(10*time.Second), time.NewTicker(100*time.Millisecond)
	defer tick.Stop()
	for {
		err := os.RemoveAll(b.dir)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-deadline:
			return fmt.Errorf("chromium: %w", err)
		}
	}
}
