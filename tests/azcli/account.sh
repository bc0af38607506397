#!/bin/sh
# Simulates az account: prints the tokens in this folder if the tenant matches.
dir=$(dirname "$0")
case "$*" in
"account show -o json") echo "{\"id\": \"$SUBSCRIPTION\", \"tenantId\": \"$TENANT\"}"; exit ;;
"account get-access-token -o json --resource https://graph.microsoft.com --tenant $TENANT") token=graph ;;
"account get-access-token -o json --resource https://management.azure.com --tenant $TENANT") token=manager ;;
*) echo "az is not signed in: $*" >&2; exit 1 ;;
esac
echo "{\"accessToken\": \"$(cat "$dir/$token")\", \"expires_on\": 4102444800}"
