package internet

import (
	"cmp"
	"context"
	"io"
	"net"
	"net/http"
)

// connectTo tunnels connections of known hosts to origin, or to the host's own address.
func (i *Internet) connectTo(origin string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.Host)
		s, exists := i.site(host)
		if r.Method != http.MethodConnect || !exists {
			http.Error(w, "no such host on the simulated internet: "+r.Host, http.StatusForbidden)
			return
		}
		if i.outage(host) == Refused {
			http.Error(w, host+": connection refused", http.StatusBadGateway)
			return
		}
		upstream, err := (&net.Dialer{}).DialContext(context.WithoutCancel(r.Context()), "tcp", cmp.Or(s.address, origin))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		client, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			_ = upstream.Close()
			return
		}
		_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
		go pipe(upstream, client)
		pipe(client, upstream)
	})
}

func pipe(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
}
