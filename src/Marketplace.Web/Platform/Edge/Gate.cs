using System.Buffers;
using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Shared;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Marketplace.Platform.Edge;

/// <summary>
/// An endpoint whose callers sign what they send: no cookie stands for them, and the bytes are theirs. The gate leaves the body to
/// the endpoint, which limits it, checks the signature and takes no text out of it.
/// </summary>
public sealed record SignedBody;

/// <summary>
/// The one gate before all capabilities: keeps out what this node has no moment for, what another site makes a signed-in
/// browser send, and refuses text that cannot be stored, wherever it stands.
/// </summary>
public sealed class Gate(RequestDelegate next, IAntiforgery antiforgery, Refusals refusals)
{
    /// <summary>The largest body of a request to /api; files go through pages.</summary>
    public const int MostBytes = 16 * 1024;

    public async Task Invoke(HttpContext context)
    {
        // Whatever changes something bears the moment of receipt. A connection of the hub only listens.
        if (!context.Features.GetRequiredFeature<Received>().IsBounded && !IsSafe(context.Request.Method) && !context.Request.Path.StartsWithSegments("/hubs")) throw new ClockUnboundedException();
        var refusal = await Check(context);
        if (refusal is null) await next(context);
        else if (IsForPrograms(context.Request.Path)) await refusals.Problem(refusal.Value).ExecuteAsync(context);
        else context.Response.StatusCode = Refusals.StatusOf(refusal.Value);
    }

    /// <summary>Programs get problem details, people get pages.</summary>
    internal static bool IsForPrograms(PathString path) => path.StartsWithSegments("/api") || path.StartsWithSegments("/hubs");

    private async ValueTask<Refusal?> Check(HttpContext context)
    {
        var request = context.Request;
        foreach (var (key, values) in request.Query)
        {
            if (!Text.IsStorable(key)) return Refusal.TextNotAllowed;
            foreach (var value in values)
            {
                if (!Text.IsStorable(value)) return Refusal.TextNotAllowed;
            }
        }

        // A web socket is opened with GET and is not held back by the browser's same-origin rule.
        if (request.Path.StartsWithSegments("/hubs") && IsForeign(request)) return Refusal.ForeignOrigin;
        if (!request.Path.StartsWithSegments("/api") || IsSafe(request.Method)) return null;
        if (context.GetEndpoint()?.Metadata.GetMetadata<SignedBody>() is not null) return null;
        if (IsByCookie(context))
        {
            if (!IsOurs(request)) return Refusal.ForeignOrigin;
            if (!request.Headers.ContainsKey(EdgeFeature.TokenHeader) || !await antiforgery.IsRequestValidAsync(context)) return Refusal.ForeignOrigin;
        }

        return await ReadBody(context);
    }

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    // The scheme is chosen by this header alone; a bearer's identity bears the cookie's name too, so its type tells nothing.
    private static bool IsByCookie(HttpContext context) => context.User.Identity?.IsAuthenticated == true && context.Request.Headers.Authorization.Count == 0;

    /// <summary>The browser says that the request comes from a page of this market.</summary>
    private static bool IsOurs(HttpRequest request)
    {
        if (IsForeign(request)) return false;
        return request.Headers.Origin.Count > 0 || request.Headers["Sec-Fetch-Site"].Count > 0;
    }

    private static bool IsForeign(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !string.Equals(origin, $"{request.Scheme}://{request.Host.ToUriComponent()}", StringComparison.OrdinalIgnoreCase)) return true;
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return site.Length > 0 && site != "same-origin";
    }

    /// <summary>Takes in the whole small body, so that its size and its text are known before anything is bound to it.</summary>
    private static async ValueTask<Refusal?> ReadBody(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength > MostBytes) return Refusal.TooLong;
        var body = ArrayPool<byte>.Shared.Rent(MostBytes + 1);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(body.AsMemory(0, MostBytes + 1), MostBytes + 1, throwOnEndOfStream: false, context.RequestAborted);
            if (length > MostBytes) return Refusal.TooLong;
            if (request.HasJsonContentType() && !HasStorableText(body.AsSpan(0, length))) return Refusal.TextNotAllowed;
            request.Body = new MemoryStream(body[..length], writable: false);
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    private static bool HasStorableText(ReadOnlySpan<byte> json)
    {
        // Unescaped text is UTF-8 and can hold neither, apart from a raw NUL, which JSON itself forbids.
        if (!json.Contains((byte)'\\')) return true;
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped) continue;
                if (!Text.IsStorable(reader.GetString())) return false;
            }
        }
        catch (InvalidOperationException)
        {
            // How the reader reports a lone surrogate.
            return false;
        }
        catch (JsonException)
        {
            // Not JSON at all: said by whoever binds it.
        }

        return true;
    }
}

/// <summary>The same for the forms of pages: after the page's own limits of size apply, before anything is done with the form.</summary>
public sealed class FormText : IAsyncAuthorizationFilter, IOrderedFilter
{
    /// <summary>Limits of a form are set at 900, antiforgery reads it at 1000.</summary>
    public int Order => 950;

    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var request = context.HttpContext.Request;
        if (HttpMethods.IsGet(request.Method) || !request.HasFormContentType) return;
        try
        {
            var form = await request.ReadFormAsync(context.HttpContext.RequestAborted);
            if (!form.Any(Refused)) return;
        }
        catch (InvalidDataException)
        {
            // The reader itself refuses U+0000 in an encoded form, and a form beyond its limits.
        }

        context.Result = new StatusCodeResult(StatusCodes.Status422UnprocessableEntity);
    }

    private static bool Refused(KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues> field) =>
        !Text.IsStorable(field.Key) || field.Value.Any(value => !Text.IsStorable(value));
}
