package signin

import "net/http"

// Throttle has Entra answer what programs ask with 429 Too Many Requests: the token
// endpoint, and the two documents about it. The pages for people stay.
// https://learn.microsoft.com/entra/msal/dotnet/advanced/client-and-server-throttling
// has the status and the header, and
// https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/2855
// the body, which is no JSON. That the documents are throttled too is inferred.
func (s *Service) Throttle(throttled bool) { s.throttled = throttled }

// unlessThrottled is for what programs ask.
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
