package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/cmd/internal/command"
	"github.com/OWNER/argocd-on-aks/cmd/verify/azure"
	"github.com/OWNER/argocd-on-aks/internal/commands"
	"github.com/OWNER/argocd-on-aks/internal/printable"
	"github.com/OWNER/argocd-on-aks/internal/shell"
)

// recovery is one run of the command.
type recovery struct {
	stack string
	plan  bool
	// adopt are the IDs that the user has named, each with whether it was found.
	adopt map[string]bool
	out   io.Writer
	web   *http.Client

	account account
	client  *azure.Client
	// told are the lines that were printed: a second look finds the same again.
	told map[string]bool
	// byHand says that something is left to do, later that the next up leaves something.
	byHand, later bool
	// adopted are the URNs of what was found, gone how many objects were not.
	adopted []string
	gone    int
	// doubts are those that were known of each adopted object, by URN.
	doubts map[string][]string
}

// run looks, adopts, and looks again, until there is nothing more: what hangs on an
// object can only be found once that is known.
func (r *recovery) run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "recover-")
	if err != nil {
		return err
	}
	defer func() {
		if removeErr := os.RemoveAll(dir); removeErr != nil {
			err = errors.Join(err, removeErr)
		}
	}()
	for {
		s, err := export(ctx, r.stack)
		if err != nil {
			return err
		}
		p, err := preview(ctx, r.stack, dir)
		if err != nil {
			return err
		}
		if err := r.open(ctx, p); err != nil {
			return err
		}
		ids, err := r.look(ctx, s, p)
		if err != nil {
			return err
		}
		for urn := range ids {
			if slices.Contains(r.adopted, urn) {
				return fmt.Errorf("%s was imported, and the state does not know it", name(urn))
			}
			r.adopted = append(r.adopted, urn)
		}
		if len(ids) == 0 || r.plan {
			return r.end(ctx, s)
		}
		if err := p.adopt(ctx, r.stack, dir, ids); err != nil {
			return r.locked(err)
		}
		if err := r.lookAgain(ctx, s, p, ids); err != nil {
			return err
		}
		if r.byHand {
			return r.end(ctx, s)
		}
	}
}

// lookAgain looks at the imported objects. Others can have changed them since the first look.
func (r *recovery) lookAgain(ctx context.Context, s state, p *program, ids map[string]string) error {
	r.client.Remember()
	for _, want := range p.creates() {
		id := ids[want.URN]
		if id == "" {
			continue
		}
		found, err := r.find(ctx, s, p, want)
		if err != nil {
			return fmt.Errorf("%s: adopted, but not looked at again: %w", name(want.URN), err)
		}
		for _, one := range found {
			foreign := slices.DeleteFunc(one.Doubts(), func(doubt string) bool { return slices.Contains(r.doubts[want.URN], doubt) })
			if one.Is(id) && len(foreign) > 0 {
				r.leave(name(want.URN), "%s was adopted and has changed since%s. Remove that, or run pulumi state delete%s %s",
					id, listed("; foreign in it: ", foreign), r.flag(), shell.Quote(want.URN))
			}
		}
	}
	return nil
}

// find returns what could be a wanted resource.
func (r *recovery) find(ctx context.Context, s state, p *program, want entry) ([]azure.Existing, error) {
	wanted := p.wanted(want)
	wanted.Tenant = r.account.Tenant
	found, err := azure.Find(ctx, r.client, r.account.Subscription, wanted)
	return s.own(found, r.adopted), err
}

// open signs in, once.
func (r *recovery) open(ctx context.Context, p *program) (err error) {
	if r.client != nil {
		return nil
	}
	if r.account, err = accountOf(ctx, p); err != nil {
		return err
	}
	r.client, err = r.account.signIn(ctx, r.web)
	return err
}

// longest is the number of characters of a line that are printed. Lines quote names that
// others have chosen.
const longest = 2000

func (r *recovery) tell(what, name, format string, args ...any) {
	line := printable.Line(fmt.Sprintf("%-9s %s: %s", what, name, fmt.Sprintf(format, args...)), longest) + "\n"
	if !r.told[line] {
		r.told[line] = true
		_, _ = io.WriteString(r.out, line)
	}
}

// mostLines is how many lines tellSome prints about one resource.
const mostLines = 20

// tellSome prints lines, and how many it leaves out.
func (r *recovery) tellSome(what, name string, lines []string) {
	for _, line := range lines[:min(len(lines), mostLines)] {
		r.tell(what, name, "%s", line)
	}
	if more := len(lines) - mostLines; more > 0 {
		r.tell(what, name, "%d more of the same name and redirect URIs", more)
	}
}

// skipped says why objects were not read completely.
func skipped(unread []azure.Existing) (lines []string) {
	for _, one := range unread {
		lines = append(lines, one.What+listed(": ", one.Foreign))
	}
	return lines
}

func (r *recovery) leave(name, format string, args ...any) {
	r.byHand = true
	r.tell("BY HAND", name, format, args...)
}

// look returns the IDs of what is to be adopted, by URN.
func (r *recovery) look(ctx context.Context, s state, p *program) (ids map[string]string, err error) {
	for _, pending := range s.PendingOperations {
		r.tell("PENDING", name(pending.Resource.URN), "interrupted while %s", pending.Type)
	}
	r.client.Remember() // for one look, as the next comes after an import
	if err := r.compare(ctx, s); err != nil {
		return nil, err
	}
	if err := r.taken(ctx, s, p); err != nil {
		return nil, err
	}
	ids = map[string]string{}
	foreign := map[string]bool{}
	for _, want := range p.creates() {
		if want.dependsOn(foreign) { // a child of a foreign object is not the stack's
			foreign[want.URN] = true
			continue
		}
		found, err := r.find(ctx, s, p, want)
		if errors.Is(err, azure.ErrNotYet) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name(want.URN), err)
		}
		old, inState := s.known(want.URN)
		id := r.choose(want, found, old, inState)
		foreign[want.URN] = id == "" && !inState && len(found) > 0
		for _, one := range found {
			if id != "" && one.Is(id) {
				ids[want.URN], r.doubts[want.URN] = id, one.Doubts()
			}
		}
	}
	return ids, nil
}

// choose returns the ID of the one object that can only be the resource's, or that the
// user has named.
func (r *recovery) choose(want entry, found []azure.Existing, old entry, inState bool) (id string) {
	var ours, unread []azure.Existing
	var others []string
	for _, one := range found {
		doubts := one.Doubts()
		switch {
		case inState && azure.SameID(one.ID, old.ID) && !old.PendingReplacement: // the one that is to be replaced
		case r.named(one) && !inState:
			r.tell(r.verb(), name(want.URN), "%s (%s), named by --adopt%s%s", one.What, one.ID, listed("; foreign in it: ", doubts), notSeen(one))
			return one.ID
		case len(doubts) == 0:
			ours = append(ours, one)
		case one.Unread:
			unread = append(unread, one)
		case one.Blocks != "":
			r.leave(name(want.URN), "%s has %s, which pulumi up needs%s. Configure another name, or if you know that it is the stack's, run %s",
				one.What, one.Blocks, listed("; foreign in it: ", doubts), r.adoption(one))
		case want.Type == azure.TypeApplication: // which stands in nobody's way
			others = append(others, fmt.Sprintf("%s%s. pulumi up creates the stack's own; if you know that this one is the stack's, run %s",
				one.What, listed("; foreign in it: ", doubts), r.adoption(one)))
		default:
			r.leave(name(want.URN), "%s exists and may be another's%s. Configure another name, or if you know that it is the stack's, run %s",
				one.ID, listed("; foreign in it: ", doubts), r.adoption(one))
		}
	}
	r.byHand = r.byHand || len(unread) > 0 && len(ours) == 0 && !inState // one of them can be the stack's
	r.tellSome("SKIPPED", name(want.URN), skipped(unread))
	r.tellSome("NOT OURS", name(want.URN), others)
	switch {
	case len(ours) == 1 && !inState:
		r.tell(r.verb(), name(want.URN), "%s (%s)%s", ours[0].What, ours[0].ID, notSeen(ours[0]))
		return ours[0].ID
	case len(ours) > 1:
		for _, one := range ours {
			r.leave(name(want.URN), "one of %d that the state does not know: %s; delete all but one: %s",
				len(ours), one.What, one.Delete)
		}
	case len(ours) == 1: // of a replacement, whose old object the state still has
		r.leave(name(want.URN), "a replacement that the state does not know: %s; delete it: %s", ours[0].ID, ours[0].Delete)
	}
	return ""
}

// named reports whether the user has named an object.
func (r *recovery) named(one azure.Existing) (named bool) {
	for id := range r.adopt {
		if one.Is(id) {
			r.adopt[id], named = true, true
		}
	}
	return named
}

// adoption is the command that adopts an object.
func (r *recovery) adoption(one azure.Existing) string {
	return commands.Line("recover", append(r.ofStack(), "adopt="+strings.TrimPrefix(one.ID, "/applications/"))...)
}

// flag is the argument of pulumi that names the stack.
func (r *recovery) flag() string {
	if r.stack == "" {
		return ""
	}
	return " " + shell.Flag("--stack", r.stack)
}

// ofStack is the flag of verify and recover that names the stack.
func (r *recovery) ofStack() []string {
	if r.stack == "" {
		return nil
	}
	return []string{"stack=" + r.stack}
}

// listed joins reasons after some words. It cuts them, as the command to run follows in the
// same line.
func listed(begins string, reasons []string) string {
	if len(reasons) == 0 {
		return ""
	}
	return begins + printable.Line(strings.Join(reasons, "; "), longest/2)
}

// notSeen says what the caller may not read of an object.
func notSeen(one azure.Existing) string {
	if one.Unseen == "" {
		return ""
	}
	return "; not seen: " + one.Unseen
}

func (r *recovery) verb() string {
	if r.plan {
		return "WOULD"
	}
	return "ADOPT"
}

// compare holds what the state has of Entra against Entra: applications like one of
// its own that it does not know, as an up that comes after a lost create makes a second
// one, and what is gone, which azuread fails to delete.
func (r *recovery) compare(ctx context.Context, s state) error {
	r.gone = 0
	for _, known := range s.Resources {
		if !azure.InEntra(known.Type) || known.Delete || known.PendingReplacement {
			continue
		}
		wanted := known.wanted()
		wanted.Trusts = s.trusts()
		found, err := azure.Find(ctx, r.client, r.account.Subscription, wanted)
		if err != nil && !errors.Is(err, azure.ErrNotYet) {
			return fmt.Errorf("%s: %w", name(known.URN), err)
		}
		if err == nil && !slices.ContainsFunc(found, func(one azure.Existing) bool { return azure.SameID(one.ID, known.ID) }) {
			r.gone++
			r.tell("GONE", name(known.URN), "Entra no longer has %s", known.ID)
		}
		var unread []azure.Existing
		var others []string
		for _, one := range found {
			user, used := s.user(one)
			switch {
			case known.Type != azure.TypeApplication || azure.SameID(one.ID, known.ID):
			case one.Unread:
				unread = append(unread, one)
			case used && len(one.Foreign) == 0:
				r.later = true
				r.tell("IN USE", name(known.URN), "a second one: %s, which %s in the state still uses. pulumi up replaces that; run recover again then", one.What, name(user.URN))
			case len(one.Doubts()) > 0:
				others = append(others, fmt.Sprintf("a second one: %s%s", one.What, listed("; foreign in it: ", one.Doubts())))
			default:
				r.leave(name(known.URN), "a second one, which the state does not know: %s; delete it: %s", one.What, one.Delete)
			}
		}
		r.tellSome("SKIPPED", name(known.URN), skipped(unread))
		r.tellSome("NOT OURS", name(known.URN), others)
	}
	return nil
}

// end has the state forget what is gone and what was pending, unless somebody has to look
// at that first.
func (r *recovery) end(ctx context.Context, s state) error {
	adopted, pending := len(r.adopted), len(s.PendingOperations)
	if err := r.unknown(s); err != nil {
		return err
	}
	switch {
	case r.byHand:
		r.tell("NEXT", "by hand", "do what is said above, then recover again")
		return command.ErrNo
	case adopted+pending+r.gone == 0 && !r.later:
		r.tell("OK", "nothing", "the state knows all that exists under its names")
		return nil
	case r.plan:
		r.tell("NEXT", "recover", "%d to adopt, then what hangs on them; %d pending operations to clear, %d gone to forget",
			adopted, pending, r.gone)
		return nil
	case pending+r.gone > 0:
		if err := change(ctx, r.stack, "refresh", "--clear-pending-creates"); err != nil {
			return r.locked(err)
		}
	}
	then := commands.Line("verify", append(r.ofStack(), "azure")...)
	if r.later {
		then = commands.Line("recover", r.ofStack()...) + " again"
	}
	r.tell("NEXT", "pulumi up", "%d adopted, %d pending operations cleared, %d gone forgotten; up completes the rest, then run %s",
		adopted, pending, r.gone, then)
	return nil
}

// unknown returns an error if the user has named an object that was not found and is not
// in the state. A plan does not find what belongs to objects that it would adopt.
func (r *recovery) unknown(s state) error {
	for id, found := range r.adopt {
		known := slices.ContainsFunc(s.Resources, func(e entry) bool { return azure.Existing{ID: e.ID}.Is(id) })
		if !found && !known && !r.plan {
			return fmt.Errorf("--adopt %q: no object that the stack lacks has the ID; run recover without it, which prints the IDs", id)
		}
	}
	return nil
}

// locked says what to do about a lock: of a backend of files, and of Pulumi Cloud.
func (r *recovery) locked(err error) error {
	for _, says := range []string{"currently locked", "Another update is currently in progress"} {
		if strings.Contains(err.Error(), says) {
			return fmt.Errorf("the stack is locked; if nobody is at work on it, the lock is that of a run which was killed: "+
				"pulumi cancel, then recover again: %w", err)
		}
	}
	return err
}
