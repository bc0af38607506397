package signin

import "net/http"

// Throttle makes Entra answer requests of programs with 429 Too Many Requests: the token
// endpoint, the discovery document and the keys. Pages for users keep working.
// https://learn.microsoft.com/entra/msal/dotnet/advanced/client-and-server-throttling has
// the status and the header,
// https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/2855 the
// body, which is not JSON. Inferred: the documents are throttled too.
func (s *Service) Throttle(throttled bool) { s.throttled = throttled }

// unlessThrottled wraps a handler for programs.
func (s *Service) unlessThrottled(handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.throttled {
			w.Header().Set("Retry-After", "60")
			http.Error(w, "Too Many Requests", http.StatusTooManyRequests)
			return
		}
		handle(w, r)
	}
}
