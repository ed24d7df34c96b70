using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Marketplace.StandIns.Engine;

/// <summary>The socket: Stripe's addresses, and under /_control what plays the payer, the bank and the faults.</summary>
internal sealed class SocketHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SocketHost(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public static async Task<SocketHost> Start(LocalStripe stripe, Api api, LocalStripeOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        new ControlApi(stripe, api, options).Map(app.MapGroup("/_control"));
        app.MapGet("/v3/", () => Results.Text(CardForm.Script, "text/javascript"));
        app.MapFallback(context => Serve(context, api, options.Passing));
        await app.StartAsync();
        return new SocketHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task Serve(HttpContext context, Api api, Func<string, bool, Task>? passing)
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var call = new Call(request.Method, request.Path.Value ?? "/", request.QueryString.Value ?? "", await reader.ReadToEndAsync())
        {
            Authorization = request.Headers.Authorization,
            Key = request.Headers["Idempotency-Key"],
            Version = request.Headers["Stripe-Version"],
            Account = request.Headers["Stripe-Account"],
        };
        if (passing is not null) await passing($"{call.Method} {call.Path}", false);
        var answer = await api.Handle(call);
        if (passing is not null) await passing($"{call.Method} {call.Path}", true);
        if (answer is null)
        {
            context.Abort();
            return;
        }

        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        foreach (var (name, value) in answer.Headers(call)) response.Headers[name] = value;
        await response.Body.WriteAsync(answer.Body);
    }
}
