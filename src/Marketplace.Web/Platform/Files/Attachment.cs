using Microsoft.Net.Http.Headers;

namespace Marketplace.Platform.Files;

/// <summary>Sends a file so that no browser runs it in the market's name: to be saved under its name, unsniffed, sandboxed, kept by nobody on the way.</summary>
public sealed class Attachment(Stream content, string fileName, string contentType) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var stream = content;
        var response = httpContext.Response;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(fileName);
        response.ContentType = contentType;
        response.ContentLength = stream.Length;
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.CacheControl = "private, no-store";
        await stream.CopyToAsync(response.Body, httpContext.RequestAborted);
    }
}
