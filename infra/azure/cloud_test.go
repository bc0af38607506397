package azure

import "testing"

func TestCloudOf(t *testing.T) {
	t.Parallel()
	for _, cloud := range []Cloud{CloudPublic, CloudUSGovernment, CloudChina} {
		if got, known := CloudOf(cloud.LoginHost()); !known || got != cloud {
			t.Errorf("%s: got %q, %t", cloud.LoginHost(), got, known)
		}
	}
	if got, known := CloudOf(""); known {
		t.Errorf("without a host: got %q", got)
	}
}
