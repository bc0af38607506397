package components

import (
	"context"
	"fmt"
	"reflect"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	sdk "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
)

// construct creates a component. It replaces the function of infer, which does not fill the
// fields of embedded structs.
func construct(ctx context.Context, r provider.ConstructRequest) (provider.ConstructResponse, error) {
	switch kind := r.Urn.Type().Name(); kind {
	case "AksCluster":
		return create(ctx, r, newAksCluster)
	case "EntraApp":
		return create(ctx, r, newEntraApp)
	case "ArgoExtension":
		return create(ctx, r, newArgoExtension)
	default:
		return provider.ConstructResponse{}, fmt.Errorf("unknown component %q in %s %s", kind, Name, Version)
	}
}

type constructor[A any, C pulumi.ComponentResource] func(*pulumi.Context, string, *A, ...pulumi.ResourceOption) (C, error)

func create[A any, C pulumi.ComponentResource](ctx context.Context, r provider.ConstructRequest, new constructor[A, C]) (provider.ConstructResponse, error) {
	response, err := provider.ProgramConstruct(ctx, r, func(ctx *pulumi.Context, _, name string, inputs sdk.ConstructInputs, opts pulumi.ResourceOption) (*sdk.ConstructResult, error) {
		var args A
		if err := fill(reflect.ValueOf(&args), inputs); err != nil {
			return nil, fmt.Errorf("inputs of %s: %w", name, err)
		}
		created, err := new(ctx, name, &args, opts)
		if err != nil {
			return nil, inInputs[A](err)
		}
		return sdk.NewConstructResult(created)
	})
	// The component validates inputs that are outputs after the constructor returns.
	return response, inInputs[A](err)
}

// fill copies inputs into a struct and the structs that it embeds.
func fill(args reflect.Value, inputs sdk.ConstructInputs) error {
	if err := inputs.CopyTo(args.Interface()); err != nil {
		return err
	}
	for i := range args.Elem().NumField() {
		if args.Elem().Type().Field(i).Anonymous {
			if err := fill(args.Elem().Field(i).Addr(), inputs); err != nil {
				return err
			}
		}
	}
	return nil
}
