package chromium

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// timeout is the timeout for content of a page.
const timeout = time.Minute

// Visit opens an address.
func (b *Browser) Visit(address string) {
	b.t.Helper()
	if err := b.visit(address); err != nil {
		b.t.Fatalf("%s: %v", address, err)
	}
}

func (b *Browser) visit(address string) error {
	ctx, cancel := context.WithTimeout(b.tab, timeout)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Navigate(address))
}

// ExpectWarning checks that the browser shows a certificate warning with an error code.
func (b *Browser) ExpectWarning(address, code string) {
	b.t.Helper()
	if err := b.visit(address); err == nil || !strings.Contains(err.Error(), code) {
		b.t.Fatalf("%s: want the warning %s, got %v", address, code, err)
	}
}

// VisitDespiteWarning opens an address with a self-signed certificate and accepts the
// browser's warning, as the guide does for localhost.
func (b *Browser) VisitDespiteWarning(address string) {
	b.t.Helper()
	b.ExpectWarning(address, "net::ERR_CERT_AUTHORITY_INVALID")
	b.Press("Advanced")
	b.Press("Proceed to localhost (unsafe)")
}

// Press clicks on the element with this text once the page shows it.
func (b *Browser) Press(text string) {
	b.t.Helper()
	at := b.find(text)
	if err := chromedp.Run(b.tab, chromedp.MouseClickXY(at.X, at.Y)); err != nil {
		b.t.Fatalf("press %q: %v", text, err)
	}
}

// PressUntil clicks on the element with this text until the page shows another text. A page
// that renders again under load can lose a click.
func (b *Browser) PressUntil(text, shown string) {
	b.t.Helper()
	for deadline := time.Now().Add(timeout); ; {
		b.Press(text)
		if _, err := b.look(shown, timeout/6); err == nil {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("%q did not appear after clicks on %q; the page shows: %s", shown, text, b.Shown())
		}
	}
}

// Wait waits for texts on the page.
func (b *Browser) Wait(texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		b.find(text)
	}
}

// point is a position in the window, from the upper left corner.
type point struct{ X, Y float64 }

// locate is a script that returns the center of the innermost visible element with a text,
// preferring elements with no other text.
const locate = `(text => {
	const quoted = JSON.stringify(text)
	for (const has of ["normalize-space(.) = " + quoted, "contains(normalize-space(.), " + quoted + ")"]) {
		const all = document.evaluate("//body//*[not(self::script) and " + has + " and not(.//*[" + has + "])]", document, null, 7)
		for (let i = 0; i < all.snapshotLength; i++) {
			const element = all.snapshotItem(i)
			element.scrollIntoView({block: "center", behavior: "instant"})
			const box = element.getBoundingClientRect()
			const at = {x: box.x + box.width / 2, y: box.y + box.height / 2}
			const top = document.elementFromPoint(at.x, at.y)
			if (box.width && top && (element.contains(top) || top.contains(element))) return at
		}
	}
})(%s)`

// find returns the position of a text. It fails the test if the page does not show it.
func (b *Browser) find(text string) point {
	b.t.Helper()
	at, err := b.look(text, timeout)
	if err != nil {
		b.t.Fatalf("%v; the page shows: %s", err, b.Shown())
	}
	return at
}

// look waits until the page shows a text at a stable position, since a page that is loading
// can move the element under the mouse. The script fails during navigation; look then
// retries.
func (b *Browser) look(text string, wait time.Duration) (point, error) {
	ctx, cancel := context.WithTimeout(b.tab, wait)
	defer cancel()
	quoted, err := json.Marshal(text)
	if err != nil {
		return point{}, err
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for last := (*point)(nil); ; {
		var at *point
		err := chromedp.Run(ctx, chromedp.Evaluate(fmt.Sprintf(locate, quoted), &at))
		if err == nil && at != nil && last != nil && *at == *last {
			return *at, nil
		}
		last = at
		select {
		case <-tick.C:
		case <-ctx.Done():
			return point{}, fmt.Errorf("%q did not appear within %s", text, wait)
		}
	}
}

// Shown returns the address and the text of the page.
func (b *Browser) Shown() string {
	ctx, cancel := context.WithTimeout(b.tab, 5*time.Second)
	defer cancel()
	var text string
	if err := chromedp.Run(ctx, chromedp.Evaluate(`location.href.split("?")[0] + "\n" + document.body.innerText`, &text)); err != nil {
		return err.Error()
	}
	return text
}

// SignIn presses Argo CD's sign-in button, picks an account of the tenant, such as alice,
// and waits for Argo CD.
func (b *Browser) SignIn(user string) {
	b.t.Helper()
	b.Pick(user)
	b.Wait("User Info")
}

// Button is the text of Argo CD's sign-in button.
const Button = "Log in via Microsoft Entra ID"

// Pick presses Argo CD's sign-in button and picks an account on Entra's page.
func (b *Browser) Pick(user string) {
	b.t.Helper()
	b.Press(Button)
	b.Press(user + "@contoso.example")
}

// Screenshot writes the upper part of the window to a file.
func (b *Browser) Screenshot(file string, height float64) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.tab, timeout)
	defer cancel()
	var picture []byte
	err := chromedp.Run(ctx, chromedp.ActionFunc(func(ctx context.Context) (err error) {
		picture, err = page.CaptureScreenshot().WithClip(&page.Viewport{Width: width, Height: height, Scale: 0.6}).Do(ctx)
		return err
	}))
	if err == nil {
		err = os.WriteFile(file, picture, 0o644)
	}
	if err != nil {
		b.t.Fatalf("screenshot: %v", err)
	}
}
