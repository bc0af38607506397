package chromium

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is how long a person waits for what a page shows.
const patience = time.Minute

// do takes steps, and on failure says what the page shows.
func (b *Browser) do(what string, steps ...chromedp.Action) error {
	ctx, cancel := context.WithTimeout(b.tab, patience)
	defer cancel()
	if err := chromedp.Run(ctx, steps...); err != nil {
		return fmt.Errorf("%s: %w; the page shows: %s", what, err, b.Shown())
	}
	return nil
}

// Visit opens an address.
func (b *Browser) Visit(address string) error { return b.do(address, chromedp.Navigate(address)) }

// VisitDespiteWarning opens one whose certificate no authority has signed, and goes
// past the browser's warning, as the guide says to for localhost.
func (b *Browser) VisitDespiteWarning(address string) error {
	err := b.Visit(address)
	if err == nil || !strings.Contains(err.Error(), "net::ERR_CERT_AUTHORITY_INVALID") {
		return fmt.Errorf("%s: no warning of its certificate, but %v", address, err)
	}
	return b.do("the warning", chromedp.Click("#details-button", chromedp.ByQuery), chromedp.Click("#proceed-link", chromedp.ByQuery))
}

// Press clicks on what has this text.
func (b *Browser) Press(text string) error {
	return b.do("press "+text, chromedp.Click(withText(text), chromedp.BySearch))
}

// Wait waits for a text on the page.
func (b *Browser) Wait(text string) error {
	return b.do("wait for "+text, chromedp.WaitVisible(withText(text), chromedp.BySearch))
}

// withText is the innermost element with a text, by an XPath expression.
func withText(text string) string {
	return fmt.Sprintf(`//*[not(self::script or self::style) and text()[contains(normalize-space(.), %q)]]`, text)
}

// Shown is the text of the page.
func (b *Browser) Shown() string {
	ctx, cancel := context.WithTimeout(b.tab, 5*time.Second)
	defer cancel()
	var text string
	if err := chromedp.Run(ctx, chromedp.Evaluate(`location.host + location.pathname + "\n" + document.body.innerText`, &text)); err != nil {
		return err.Error()
	}
	return text
}

// SignIn presses Argo CD's button, picks an account of the tenant's, such as alice,
// and is back at Argo CD.
func (b *Browser) SignIn(user string) error {
	if err := b.Pick(user); err != nil {
		return err
	}
	return b.do("back at Argo CD", chromedp.WaitVisible(".sidebar", chromedp.ByQuery))
}

// Pick presses Argo CD's button and picks an account on Entra's page.
func (b *Browser) Pick(user string) error {
	if err := b.Press("Log in via Microsoft Entra ID"); err != nil {
		return err
	}
	return b.Press(user + "@contoso.example")
}

// Screenshot writes what the window shows, or an element of it.
func (b *Browser) Screenshot(file, selector string) error {
	var picture []byte
	step := chromedp.CaptureScreenshot(&picture)
	if selector != "" {
		step = chromedp.Screenshot(selector, &picture, chromedp.ByQuery)
	}
	if err := b.do("screenshot", chromedp.ActionFunc(func(ctx context.Context) error { return page.BringToFront().Do(ctx) }), step); err != nil {
		return err
	}
	return os.WriteFile(file, picture, 0o644)
}
