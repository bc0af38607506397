package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/OWNER/argocd-on-aks/cmd/internal/command"
	"github.com/OWNER/argocd-on-aks/cmd/verify/azure"
	"github.com/OWNER/argocd-on-aks/internal/commands"
	"github.com/OWNER/argocd-on-aks/internal/printable"
	"github.com/OWNER/argocd-on-aks/internal/shell"
)

// recovery is a run of the command.
type recovery struct {
	stack string
	plan  bool
	// adopt are the IDs of --adopt; true if the object was found.
	adopt map[string]bool
	out   io.Writer
	web   *http.Client

	account account
	client  *azure.Client
	// printed are the messages so far: each pass finds the same objects again.
	printed map[string]bool
	// manualWork reports that manual work remains, later that recover must run again after the next
	// up.
	manualWork, later bool
	// adopted are the URNs of adopted objects, missing is the number of missing objects.
	adopted []string
	missing int
	// doubts are the known doubts of each adopted object, by URN.
	doubts map[string][]string
}

// run searches for objects and adopts them, until it finds no more: dependent objects can be
// found only after the objects that they depend on are in the state.
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
			return unfinished(err)
		}
		for urn := range ids {
			if slices.Contains(r.adopted, urn) {
				return fmt.Errorf("%s was imported but is not in the state", name(urn))
			}
			r.adopted = append(r.adopted, urn)
		}
		if len(ids) == 0 || r.plan {
			return r.end(ctx, s)
		}
		if err := p.adopt(ctx, r.stack, dir, ids); err != nil {
			return unfinished(locked(err))
		}
		if err := r.lookAgain(ctx, s, p, ids); err != nil {
			return unfinished(err)
		}
		if r.manualWork {
			return r.end(ctx, s)
		}
	}
}

// unfinished marks an error after the sign-in: the caller's input was right, but recover does
// not know whether manual work remains.
func unfinished(err error) error { return fmt.Errorf("%w: %w", command.ErrUnknown, err) }

// lookAgain checks the imported objects again, because they may have changed before the import.
func (r *recovery) lookAgain(ctx context.Context, s state, p *program, ids map[string]string) error {
	r.client.Remember()
	for _, want := range p.creates() {
		id := ids[want.URN]
		if id == "" {
			continue
		}
		found, err := r.find(ctx, s, p, want)
		if err != nil {
			return fmt.Errorf("%s: adopted, but not checked again: %w", name(want.URN), err)
		}
		for _, one := range found {
			added := slices.DeleteFunc(one.Doubts(), func(doubt string) bool { return slices.Contains(r.doubts[want.URN], doubt) })
			if one.Is(id) && len(added) > 0 {
				r.manual(name(want.URN), fmt.Sprintf("%s was adopted and has changed since%s", id, foreign(added)),
					"remove the change, or run", "pulumi state delete"+r.flag()+" "+shell.Quote(want.URN))
			}
		}
	}
	return nil
}

// find returns the objects that may be a wanted resource.
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

// longest is the maximum number of characters of a printed text, which can contain foreign
// names.
const longest = 2000

// A line has at most width characters. The words begin at column 0, the texts at column indent.
const width, indent = 100, 13

// tell prints a message once: a word for the result, the logical name of a resource, a text,
// and optionally advice and a command.
func (r *recovery) tell(what, name, text string, advice ...string) {
	message := fmt.Sprintf("%-*s%s", indent, what, printable.Fold(printable.Line(name+": "+text, longest), width, indent))
	if len(advice) > 0 {
		// A command stays on one line, so it can be copied.
		line := printable.Line(strings.Join(advice, " "), longest)
		if separate := indent+utf8.RuneCountInString(line) > width; separate && len(advice) > 1 {
			line = printable.Line(advice[0], longest) + "\n" + strings.Repeat(" ", indent) + printable.Line(strings.Join(advice[1:], " "), longest)
		} else if separate {
			line = printable.Fold(line, width, indent)
		}
		message += "\n" + strings.Repeat(" ", indent) + line
	}
	if !r.printed[message] {
		r.printed[message] = true
		_, _ = io.WriteString(r.out, message+"\n")
	}
}

// note is a message about an object.
type note struct {
	text   string
	advice []string
}

// mostNotes is the maximum number of messages of tellSome.
const mostNotes = 20

// tellSome prints messages about a resource, and the number of omitted ones.
func (r *recovery) tellSome(what, name string, notes []note) {
	for _, n := range notes[:min(len(notes), mostNotes)] {
		r.tell(what, name, n.text, n.advice...)
	}
	if more := len(notes) - mostNotes; more > 0 {
		r.tell(what, name, fmt.Sprintf("%d more with the same name and redirect URIs", more))
	}
}

// skipped returns the reasons why objects were not read completely.
func skipped(unread []azure.Existing) (notes []note) {
	for _, one := range unread {
		notes = append(notes, note{text: one.What + listed(": ", one.Foreign)})
	}
	return notes
}

func (r *recovery) manual(name, text string, advice ...string) {
	r.manualWork = true
	r.tell("MANUAL", name, text, advice...)
}

// look returns the IDs of the objects to adopt, by URN.
func (r *recovery) look(ctx context.Context, s state, p *program) (ids map[string]string, err error) {
	for _, pending := range s.PendingOperations {
		r.tell("PENDING", name(pending.Resource.URN), "interrupted while "+pending.Type)
	}
	r.client.Remember() // until the next import
	if err := r.compare(ctx, s); err != nil {
		return nil, err
	}
	if err := r.taken(ctx, s, p); err != nil {
		return nil, err
	}
	ids = map[string]string{}
	others := map[string]bool{}
	for _, want := range p.creates() {
		if want.dependsOn(others) { // a child of a foreign object is foreign
			others[want.URN] = true
			continue
		}
		found, err := r.find(ctx, s, p, want)
		if errors.Is(err, azure.ErrNotYet) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name(want.URN), err)
		}
		// An unfinished application and a renamed credential can be found for several resources.
		if azure.InEntra(want.Type) {
			found = slices.DeleteFunc(found, func(one azure.Existing) bool { return s.ofAnother(want.URN, one) || chosen(ids, one) })
		}
		old, inState := s.known(want.URN)
		id := r.choose(want, found, old, inState)
		others[want.URN] = id == "" && !inState && len(found) > 0
		for _, one := range found {
			if id != "" && one.Is(id) {
				ids[want.URN], r.doubts[want.URN] = id, one.Doubts()
			}
		}
	}
	return ids, nil
}

// chosen reports whether an object is adopted as another resource.
func chosen(ids map[string]string, one azure.Existing) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(ids)), one.Is)
}

// choose returns the ID of the only object without doubts, or of an object in --adopt.
func (r *recovery) choose(want entry, found []azure.Existing, old entry, inState bool) (id string) {
	var ours, unread []azure.Existing
	var others []note
	for _, one := range found {
		doubts := one.Doubts()
		switch {
		case inState && azure.SameID(one.ID, old.ID) && !old.PendingReplacement: // the object to replace
		case r.named(one) && !inState:
			r.tell(r.verb(), name(want.URN), fmt.Sprintf("%s (%s), selected by --adopt%s%s", one.What, one.ID, foreign(doubts), notRead(one)))
			return one.ID
		case len(doubts) == 0:
			ours = append(ours, one)
		case one.Unread:
			unread = append(unread, one)
		case one.Blocks != "":
			r.manual(name(want.URN), fmt.Sprintf("%s has %s, which pulumi up needs%s", one.What, one.Blocks, foreign(doubts)),
				"configure another name, or if it belongs to the stack, run", r.adoption(one))
		case want.Type == azure.TypeApplication: // which does not conflict with a new one
			others = append(others, note{one.What + foreign(doubts), []string{
				"pulumi up creates a new one; if this one belongs to the stack, run", r.adoption(one),
			}})
		default:
			r.manual(name(want.URN), fmt.Sprintf("%s exists and may be foreign%s", one.ID, foreign(doubts)),
				"configure another name, or if it belongs to the stack, run", r.adoption(one))
		}
	}
	r.manualWork = r.manualWork || len(unread) > 0 && len(ours) == 0 && !inState // one of them may belong to the stack
	r.tellSome("SKIPPED", name(want.URN), skipped(unread))
	r.tellSome("FOREIGN", name(want.URN), others)
	switch {
	case len(ours) == 1 && !inState:
		r.tell(r.verb(), name(want.URN), fmt.Sprintf("%s (%s)%s", ours[0].What, ours[0].ID, notRead(ours[0])))
		return ours[0].ID
	case len(ours) > 1:
		for _, one := range ours {
			r.manual(name(want.URN), fmt.Sprintf("one of %d candidates that are not in the state: %s", len(ours), one.What),
				"delete all but one:", one.Delete)
		}
	case len(ours) == 1: // a replacement, while the state has the old object
		r.manual(name(want.URN), "a replacement that is not in the state: "+ours[0].ID, "delete it:", ours[0].Delete)
	}
	return ""
}

// named reports whether --adopt selects an object.
func (r *recovery) named(one azure.Existing) (named bool) {
	for id := range r.adopt {
		if one.Is(id) {
			r.adopt[id], named = true, true
		}
	}
	return named
}

// adoption returns the command that adopts an object.
func (r *recovery) adoption(one azure.Existing) string {
	return commands.Line("recover", append(r.ofStack(), "adopt="+strings.TrimPrefix(one.ID, "/applications/"))...)
}

// flag returns the argument of pulumi for the stack.
func (r *recovery) flag() string {
	if r.stack == "" {
		return ""
	}
	return " " + shell.Flag("--stack", r.stack)
}

// ofStack returns the flag of verify and recover for the stack.
func (r *recovery) ofStack() []string {
	if r.stack == "" {
		return nil
	}
	return []string{"stack=" + r.stack}
}

// deletion is the advice to delete an application that nothing uses.
func deletion(one azure.Existing) []string {
	if !one.Unused {
		return nil
	}
	return []string{"if an interrupted update of this stack left it, delete it:", one.Delete}
}

// listed joins reasons after a text, and truncates them.
func listed(begins string, reasons []string) string {
	if len(reasons) == 0 {
		return ""
	}
	return begins + printable.Line(strings.Join(reasons, "; "), longest/2)
}

// foreign lists the foreign properties of an object.
func foreign(doubts []string) string { return listed("; foreign properties: ", doubts) }

// notRead returns the parts of an object that the caller cannot read.
func notRead(one azure.Existing) string {
	if one.Unseen == "" {
		return ""
	}
	return "; not read: " + one.Unseen
}

func (r *recovery) verb() string {
	if r.plan {
		return "WOULD ADOPT"
	}
	return "ADOPT"
}

// compare compares the state with Entra. It reports second applications, which an up after an
// interrupted one creates, and missing objects, which azuread fails to delete.
func (r *recovery) compare(ctx context.Context, s state) error {
	r.missing = 0
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
		exists := err != nil || slices.ContainsFunc(found, func(one azure.Existing) bool { return azure.SameID(one.ID, known.ID) })
		if !exists && known.Type == azure.TypeApplication { // perhaps with another name or redirect URI
			if exists, err = azure.ApplicationExists(ctx, r.client, known.ID); err != nil {
				return fmt.Errorf("%s: %w", name(known.URN), err)
			}
		}
		if !exists {
			r.missing++
			r.tell("MISSING", name(known.URN), "Entra no longer has "+known.ID)
		}
		var unread []azure.Existing
		var others []note
		for _, one := range found {
			user, used := s.user(one)
			switch {
			case known.Type != azure.TypeApplication || azure.SameID(one.ID, known.ID) || s.ofAnother(known.URN, one):
			case one.Unread:
				unread = append(unread, one)
			case used && len(one.Foreign) == 0:
				r.later = true
				r.tell("IN USE", name(known.URN), fmt.Sprintf("second application: %s, which %s in the state uses", one.What, name(user.URN)),
					"run pulumi up, which replaces that resource, then run recover again")
			case len(one.Doubts()) > 0:
				others = append(others, note{text: "second application: " + one.What + foreign(one.Doubts()), advice: deletion(one)})
			default:
				r.manual(name(known.URN), "second application, which is not in the state: "+one.What, "delete it:", one.Delete)
			}
		}
		r.tellSome("SKIPPED", name(known.URN), skipped(unread))
		r.tellSome("FOREIGN", name(known.URN), others)
	}
	return nil
}

// end removes missing objects and pending operations from the state, unless manual work remains.
func (r *recovery) end(ctx context.Context, s state) error {
	adopted, pending := len(r.adopted), len(s.PendingOperations)
	if err := r.unknown(s); err != nil {
		return err
	}
	switch {
	case r.manualWork:
		r.tell("NEXT", "manual", "resolve the MANUAL items, then run recover again")
		return command.ErrNo
	case adopted+pending+r.missing == 0 && !r.later:
		r.tell("OK", "nothing to do", "the state contains all objects of the stack")
		return nil
	case r.plan:
		r.tell("NEXT", "recover", fmt.Sprintf("%d to adopt and their dependents, %d pending operations to clear, %d missing to remove from the state",
			adopted, pending, r.missing))
		return nil
	case pending+r.missing > 0:
		if err := change(ctx, r.stack, "refresh", "--clear-pending-creates"); err != nil {
			return unfinished(locked(err))
		}
	}
	then := commands.Line("verify", append(r.ofStack(), "azure")...)
	if r.later {
		then = commands.Line("recover", r.ofStack()...)
	}
	r.tell("NEXT", "pulumi up", fmt.Sprintf("%d adopted, %d pending operations cleared, %d missing removed from the state", adopted, pending, r.missing),
		"run pulumi up, then", then)
	return nil
}

// unknown returns an error if an object in --adopt was not found and is not in the state. A plan
// does not find objects that depend on objects to adopt.
func (r *recovery) unknown(s state) error {
	for id, found := range r.adopt {
		known := slices.ContainsFunc(s.Resources, func(e entry) bool { return azure.Existing{ID: e.ID}.Is(id) })
		if !found && !known && !r.plan {
			return fmt.Errorf("--adopt %q: no candidate has this ID; run recover without --adopt to print the IDs", id)
		}
	}
	return nil
}

// locked adds advice to the error of a lock, in a file backend or in Pulumi Cloud.
func locked(err error) error {
	for _, says := range []string{"currently locked", "Another update is currently in progress"} {
		if strings.Contains(err.Error(), says) {
			return fmt.Errorf("the stack is locked; if no update is running, run pulumi cancel to remove the lock of a killed run, "+
				"then run recover again: %w", err)
		}
	}
	return err
}
