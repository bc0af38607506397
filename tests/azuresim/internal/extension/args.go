package extension

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// args returns the type of an extension's arguments. Fields that are neither pointers nor
// maps are required. The program's own binding is in an internal package; this independent
// copy checks it.
func args() reflect.Type {
	return reflect.StructOf(slices.Concat(
		fields[string]("resourceGroupName", "clusterRp", "clusterResourceName", "clusterName"),
		fields[*string]("extensionName", "extensionType", "version", "releaseTrain"),
		fields[*bool]("autoUpgradeMinorVersion"),
		fields[map[string]string]("configurationSettings", "configurationProtectedSettings"),
		fields[*scope]("scope"),
		fields[*identity]("identity", "aksAssignedIdentity"),
	))
}

type identity struct {
	Type *string `pulumi:"type"`
}

type scope struct {
	Cluster *struct {
		ReleaseNamespace *string `pulumi:"releaseNamespace"`
	} `pulumi:"cluster"`
	Namespace *struct {
		TargetNamespace *string `pulumi:"targetNamespace"`
	} `pulumi:"namespace"`
}

func fields[T any](names ...string) []reflect.StructField {
	var all []reflect.StructField
	for _, name := range names {
		all = append(all, reflect.StructField{
			Name: strings.ToUpper(name[:1]) + name[1:],
			Type: reflect.TypeFor[T](),
			Tag:  reflect.StructTag(fmt.Sprintf("pulumi:%q", name)),
		})
	}
	return all
}
