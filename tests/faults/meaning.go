package faults

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"argocd-on-aks/tests/azuresim"
)

// guid is what Azure makes up for each object anew.
var guid = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// byMeaning are all objects of an Azure, a line each, with their made-up IDs replaced
// by whose they are, so that those of two Azures can be compared.
func byMeaning(azure *azuresim.Azure) ([]string, error) {
	meaning := map[string]string{}
	var lines []string
	for _, k := range kinds {
		sent := azure.Inputs(k.token)
		for id, answer := range azure.Answers(k.token) {
			name := nameOf(sent[id])
			learn(meaning, k.name+" "+name+" id", id)
			for _, key := range answer.StableKeys() {
				learn(meaning, k.name+" "+name+" "+string(key), fmt.Sprint(answer[key].Mappable()))
			}
		}
	}
	for _, k := range kinds {
		sent := azure.Inputs(k.token)
		for id, answer := range azure.Answers(k.token) {
			line, err := json.Marshal([]any{k.name, id, sent[id].Mappable(), answer.Mappable()})
			if err != nil {
				return nil, err
			}
			lines = append(lines, guid.ReplaceAllStringFunc(string(line), func(id string) string {
				if whose, madeUp := meaning[id]; madeUp {
					return "<" + whose + ">"
				}
				return id
			}))
		}
	}
	slices.Sort(lines)
	return lines, nil
}

// learn notes whose the GUIDs in a value are, if they are not somebody's already.
func learn(meaning map[string]string, whose, value string) {
	for _, id := range guid.FindAllString(value, -1) {
		if _, known := meaning[id]; !known && !given(id) {
			meaning[id] = whose
		}
	}
}

// given are IDs that are the same in each Azure.
func given(id string) bool {
	azure := azuresim.New()
	return id == azure.TenantID || id == azure.SubscriptionID
}

// nameOf is what people call an object.
func nameOf(sent resource.PropertyMap) string {
	for _, key := range []resource.PropertyKey{"displayName", "configName", "agentPoolName", "extensionName", "resourceName", "resourceGroupName", "principalObjectId"} {
		if name := sent[key]; name.IsString() {
			return name.StringValue()
		}
	}
	return ""
}
