using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Platform.Edge;

/// <summary>What went wrong, what it means and what to do; nothing of the inside.</summary>
[IgnoreAntiforgeryToken]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class ErrorModel : PageModel
{
    /// <summary>Which texts say it.</summary>
    public string Key { get; private set; } = "404";

    /// <summary>The number that finds this answer in the log.</summary>
    public string Number => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    /// <summary>The address that was asked for.</summary>
    public string Again { get; private set; } = "/";

    public void OnGet()
    {
        // Asked for by its own address there is nothing to say.
        var status = HttpContext.Items.TryGetValue(typeof(Faults), out var given) ? (int)given! : StatusCodes.Status404NotFound;
        Response.StatusCode = status;
        Key = status is 400 or 403 or 404 or 409 or 422 or 429 or 500 or 503 ? $"{status}" : status < 500 ? "400" : "500";
        // As the browser sent it, in the path of a request to us: a second slash would lead to another site.
        var target = HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "/";
        Again = target.StartsWith('/') && !target.StartsWith("//", StringComparison.Ordinal) && !target.StartsWith("/\\", StringComparison.Ordinal) ? target : "/";
    }
}
