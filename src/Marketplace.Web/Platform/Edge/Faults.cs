using System.Data.Common;
using Marketplace.Domain.Common;
using Marketplace.Platform.Streams;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Platform.Edge;

/// <summary>
/// Faults become answers here and nowhere else: 503 "unknown, repeat with the same id" when the outcome is open, 500
/// without internals for a bug. An answer without a body gets one: problem details under /api, else a designed page.
/// </summary>
public sealed class Faults(RequestDelegate next, Refusals refusals, IStringLocalizer<EdgeTexts> texts, ILogger<Faults> log)
{
    public async Task Invoke(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
            return;
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            await Answer(context, fault);
            return;
        }

        var response = context.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentType is not null || response.ContentLength is not null) return;
        if (Gate.IsForPrograms(context.Request.Path)) await RefusalOf(response.StatusCode).ExecuteAsync(context);
        else await ShowPage(context, response.StatusCode);
    }

    private async Task Answer(HttpContext context, Exception fault)
    {
        var status = fault switch
        {
            BadHttpRequestException => StatusCodes.Status422UnprocessableEntity,
            DbUpdateConcurrencyException => StatusCodes.Status409Conflict,
            OutcomeUnknownException or ClockUnboundedException or StreamBusyException or DbUpdateException or DbException or TimeoutException or OrleansException
                => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };
        if (status == StatusCodes.Status503ServiceUnavailable) log.OutcomeOpen(context.Request.Path, fault);
        else if (status == StatusCodes.Status500InternalServerError) log.Bug(context.Request.Path, fault);

        context.Response.Clear();
        if (fault is StreamBusyException or ClockUnboundedException) context.Response.Headers.RetryAfter = "1";
        if (!Gate.IsForPrograms(context.Request.Path))
        {
            await ShowPage(context, status);
            return;
        }

        var answer = fault switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => refusals.Problem(Refusal.TooLong),
            BadHttpRequestException => refusals.Problem(Refusal.MalformedRequest),
            DbUpdateConcurrencyException => refusals.Problem(Refusal.ChangedMeanwhile),
            StreamBusyException => Problem(status, "Busy"),
            _ when status == StatusCodes.Status503ServiceUnavailable => Problem(status, "Unknown"),
            _ => Problem(status, "Fault"),
        };
        await answer.ExecuteAsync(context);
    }

    /// <summary>Faults are not refusals: nothing was decided.</summary>
    private IResult Problem(int status, string code) =>
        Results.Problem(title: texts[code], statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });

    private IResult RefusalOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => refusals.Problem(Refusal.NotSignedIn),
        StatusCodes.Status403Forbidden => refusals.Problem(Refusal.NotAllowed),
        StatusCodes.Status404NotFound => refusals.Problem(Refusal.NotFound),
        StatusCodes.Status429TooManyRequests => refusals.Problem(Refusal.TooManyRequests),
        StatusCodes.Status405MethodNotAllowed => Results.Problem(
            title: refusals.Say(Refusal.MalformedRequest), statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = nameof(Refusal.MalformedRequest) }),
        < 500 => refusals.Problem(Refusal.MalformedRequest),
        _ => Problem(status, "Fault"),
    };

    /// <summary>Runs the error page in place: the address stays, and the status is the true one.</summary>
    private async Task ShowPage(HttpContext context, int status)
    {
        var (path, method, endpoint, query) = (context.Request.Path, context.Request.Method, context.GetEndpoint(), context.Request.QueryString);
        try
        {
            context.Response.StatusCode = status;
            context.Items[typeof(Faults)] = status;
            context.SetEndpoint(null);
            context.Request.RouteValues.Clear();
            (context.Request.Path, context.Request.Method) = ("/error", HttpMethods.Get);
            await next(context);
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            // The page itself needs the database, and that may be what is down.
            log.Bug(path, fault);
            context.Response.Clear();
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(texts[status == StatusCodes.Status503ServiceUnavailable ? "Unknown" : "Fault"]);
        }
        finally
        {
            context.SetEndpoint(endpoint);
            (context.Request.Path, context.Request.Method, context.Request.QueryString) = (path, method, query);
        }
    }
}

internal static partial class EdgeLog
{
    [LoggerMessage(30, LogLevel.Error, "The outcome of {Path} is unknown")]
    public static partial void OutcomeOpen(this ILogger log, string path, Exception reason);

    [LoggerMessage(31, LogLevel.Error, "{Path} failed")]
    public static partial void Bug(this ILogger log, string path, Exception reason);
}
