package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil/rpcerror"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/OWNER/argocd-on-aks/tests/azuresim/internal/store"
)

// heedsCancel: azure-native cancels the context of all its requests (Cancel in
// provider/pkg/provider/provider.go).
func (native) heedsCancel() bool { return true }

// heedsCancel: the bridge passes a cancel on to Stop, which does nothing for
// providers of Terraform's SDK (pkg/tfshim/sdk-v2/provider.go).
func (bridge) heedsCancel() bool { return false }

// unfinished: once Azure has taken a long-running request, azure-native waits for its
// end. If that fails, or is cancelled, it has the ID (putOrPatch in provider/pkg/azure).
func (native) unfinished(kind store.Kind, err error) bool {
	var failed *store.Failed
	return kind.LongRunning && (errors.As(err, &failed) || errors.Is(err, context.Canceled))
}

// unfinished: a request to Graph is done when it is answered.
func (bridge) unfinished(store.Kind, error) bool { return false }

// failure is what the engine is told of an operation that failed, with Azure's answer if
// that has carried it out. Of one that is unfinished it learns the ID and, unless that is
// cancelled too, what a look finds (HandleErrorWithCheckpoint in provider/pkg/provider/crud).
func (p *provider) failure(kind store.Kind, id resource.ID, inputs, answer resource.PropertyMap, err error) error {
	if err == nil || answer == nil || !p.unfinished(kind, err) {
		return err
	}
	detail := &pulumirpc.ErrorResourceInitFailed{Id: string(id), Reasons: []string{err.Error()}}
	var marshalErr error
	if detail.Inputs, marshalErr = marshal(inputs); marshalErr != nil {
		return errors.Join(err, marshalErr)
	}
	if !errors.Is(err, context.Canceled) {
		if detail.Properties, marshalErr = marshal(answer); marshalErr != nil {
			return errors.Join(err, marshalErr)
		}
	}
	return rpcerror.WithDetails(rpcerror.New(codes.Unknown, err.Error()), detail)
}

func marshal(properties resource.PropertyMap) (*structpb.Struct, error) {
	marshalled, err := plugin.MarshalProperties(properties, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true})
	if err != nil {
		return nil, fmt.Errorf("properties after a failure: %w", err)
	}
	return marshalled, nil
}
