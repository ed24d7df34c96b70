namespace Marketplace.Platform.Edge;

/// <summary>What a browser may do with our answers. An answer that has its own policy (a sandboxed download) keeps it.</summary>
public sealed class SecurityHeaders(RequestDelegate next)
{
    public Task Invoke(HttpContext context)
    {
        context.Response.OnStarting(Write, context);
        return next(context);
    }

    private static Task Write(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = PolicyFor(context.Request);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return Task.CompletedTask;
    }

    /// <param name="scripts">Where else scripts of this one answer come from, with their frames and connections.</param>
    internal static string PolicyFor(HttpRequest request, string scripts = "", string frames = "", string connections = "")
    {
        // 'self' covers web sockets in new browsers only; the others need the address.
        var host = request.Host.ToUriComponent();
        var sockets = host.Length == 0 ? "" : request.IsHttps ? $" wss://{host}" : $" ws://{host} wss://{host}";
        var others = scripts.Length == 0 ? "" : $"script-src 'self' {scripts}; frame-src {frames}; ";
        return $"default-src 'self'; {others}img-src 'self' data:; connect-src 'self'{(connections.Length == 0 ? "" : $" {connections}")}" + sockets
            + "; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";
    }
}
