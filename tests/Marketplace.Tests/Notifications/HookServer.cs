using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Tests.Notifications;

/// <summary>What arrived at a robot or a gateway.</summary>
internal sealed record Posted(string Path, string Query, string? ContentType, string? Secret, string Body);

/// <summary>A robot's or gateway's side of HTTP on this machine, that answers as it is told.</summary>
internal sealed class HookServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();

    private HookServer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public ConcurrentQueue<Posted> Got { get; } = [];

    /// <summary>Answers to the next requests in order; afterwards <c>{"errcode":0}</c>. Null hangs.</summary>
    public ConcurrentQueue<(int Status, string Body, string? RetryAfter)?> Answers { get; } = [];

    /// <summary>What happens elsewhere while a request is here.</summary>
    public Func<Task>? Meanwhile { get; set; }

    public static async Task<HookServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new HookServer(builder.Build());
        server._app.Run(server.Answer);
        await server._app.StartAsync();
        return server;
    }

    private async Task Answer(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        Got.Enqueue(new Posted(http.Request.Path, http.Request.QueryString.Value ?? "", http.Request.ContentType, http.Request.Headers["X-Secret"], await reader.ReadToEndAsync()));
        if (Meanwhile is { } happens) await happens();
        var scripted = Answers.TryDequeue(out var next);
        if (scripted && next is null)
        {
            var given = new TaskCompletionSource();
            await using var gone = http.RequestAborted.Register(() => given.TrySetResult());
            await using var end = _stop.Token.Register(() => given.TrySetResult());
            await given.Task;
            return;
        }

        var (status, body, after) = scripted ? next!.Value : (200, """{"errcode":0,"errmsg":"ok"}""", null);
        http.Response.StatusCode = status;
        if (after is not null) http.Response.Headers.RetryAfter = after;
        if (status is 302) http.Response.Headers.Location = "/elsewhere";
        await http.Response.WriteAsync(body);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
    }
}
