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

// supportsCancel: azure-native cancels the context of all its requests (Cancel in
// provider/pkg/provider/provider.go).
func (native) supportsCancel() bool { return true }

// supportsCancel: the bridge forwards a cancel to Stop, which does nothing for providers on
// Terraform's SDK (pkg/tfshim/sdk-v2/provider.go).
func (bridge) supportsCancel() bool { return false }

// unfinished: azure-native waits for the end of long-running requests. If the wait fails or
// is canceled, it has the ID (putOrPatch in provider/pkg/azure).
func (native) unfinished(kind store.Kind, err error) bool {
	var failed *store.Failed
	return kind.LongRunning && (errors.As(err, &failed) || errors.Is(err, context.Canceled))
}

// unfinished: Microsoft Graph's answer is final.
func (bridge) unfinished(store.Kind, error) bool { return false }

// failure returns the error of a failed operation for the engine, with Azure's answer if
// there is one. For an unfinished operation it adds the ID and, unless canceled, the
// properties that a read finds (HandleErrorWithCheckpoint in provider/pkg/provider/crud).
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
