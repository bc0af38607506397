package azuresim_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// connect opens the simulated internet for the duration of a test.
func connect(t *testing.T, a *azuresim.Azure) *azuresim.Internet {
	t.Helper()
	internet, err := a.Connect(filepath.Join(t.TempDir(), "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := internet.Close(); err != nil {
			t.Error(err)
		}
	})
	return internet
}

// properties is a shorthand for literals of nested properties.
type properties = map[string]any

// with returns a function that sets the property at a path of names and pool indexes.
func with(path string, value any) func(properties) {
	return func(in properties) {
		keys := strings.Split(path, ".")
		for _, key := range keys[:len(keys)-1] {
			if key == "pool" {
				in = in["agentPoolProfiles"].([]any)[0].(properties)
				continue
			}
			if _, exists := in[key]; !exists {
				in[key] = properties{}
			}
			in = in[key].(properties)
		}
		if value == nil {
			delete(in, keys[len(keys)-1])
			return
		}
		in[keys[len(keys)-1]] = value
	}
}

func all(changes ...func(properties)) func(properties) {
	return func(in properties) {
		for _, change := range changes {
			change(in)
		}
	}
}

// subscription returns an Azure with the resource group prod.
func subscription(t *testing.T) *azuresim.Azure {
	t.Helper()
	a := azuresim.New()
	create(t, a, azuresim.ResourceGroup, properties{"resourceGroupName": "prod", "location": "westeurope"})
	return a
}

func create(t *testing.T, a *azuresim.Azure, token string, inputs properties) (id string, outputs properties) {
	t.Helper()
	id, all, err := a.Create(token, inputs)
	if err != nil {
		t.Fatal(err)
	}
	return id, all.Mappable()
}

// attempt is a change of valid inputs and the expected error. Without a code, the change
// must succeed.
type attempt struct {
	change        func(properties)
	code, message string
}

// refused checks the error code and the message. Without a code, it expects no error.
func refused(t *testing.T, err error, code, message string) {
	t.Helper()
	if code == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	refusal := &azuresim.Error{}
	if !errors.As(err, &refusal) || refusal.Code != code || !strings.Contains(refusal.Message, message) {
		t.Errorf("got %v, want %s with %q", err, code, message)
	}
}
