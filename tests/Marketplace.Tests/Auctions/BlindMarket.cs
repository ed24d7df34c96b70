using System.Collections.Concurrent;
using System.Text;
using Marketplace.Tests.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Tests.Auctions;

/// <summary>A market that keeps every line of its log, whatever the category and the level, and which endpoints answered what.</summary>
public class BlindMarket : MarketHost
{
    /// <summary>Each line as the most talkative writer would print it: message, values, exception, scopes.</summary>
    public ConcurrentQueue<string> Log { get; } = [];

    /// <summary>The pattern of each route that answered, with the statuses it gave.</summary>
    public ConcurrentDictionary<string, ConcurrentDictionary<int, bool>> Answered { get; } = new(StringComparer.Ordinal);

    /// <summary>Every route that answers GET, files aside, and every file.</summary>
    public (IReadOnlyList<string> Routes, IReadOnlyList<string> Files) Gets()
    {
        var endpoints = Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<HttpMethodMetadata>() is not { HttpMethods: [_, ..] methods } || methods.Contains("GET"))
            .ToLookup(e => e.Metadata.Any(m => m.GetType().Name == "StaticAssetDescriptor"), e => "/" + e.RoutePattern.RawText!.TrimStart('/'));
        return ([.. endpoints[false].Distinct(StringComparer.Ordinal)], [.. endpoints[true].Distinct(StringComparer.Ordinal)]);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(new Keeper(Log))
            // Half of all lines: each look-up of a text by its key.
            .AddFilter("Microsoft.Extensions.Localization", LogLevel.Warning));
        builder.ConfigureTestServices(services => services.AddSingleton<IStartupFilter>(new NoteEndpoints(Answered)));
    }

    private sealed class NoteEndpoints(ConcurrentDictionary<string, ConcurrentDictionary<int, bool>> answered) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                await rest(context);
                if (context.GetEndpoint() is RouteEndpoint endpoint)
                    answered.GetOrAdd("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), _ => new())[context.Response.StatusCode] = true;
            });
            next(app);
        };
    }

    private sealed class Keeper(ConcurrentQueue<string> log) : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose() { }

        private void Keep<TState>(string category, LogLevel level, TState state, Exception? exception, string message)
        {
            var line = new StringBuilder($"{level} {category}: {message} {exception}");
            Values(line, message, state);
            _scopes.ForEachScope((scope, text) => Values(text.Append(" => "), message, scope), line);
            log.Enqueue(line.ToString());
        }

        private static void Values(StringBuilder line, string message, object? state)
        {
            if (state is not IEnumerable<KeyValuePair<string, object?>> values)
            {
                if (state is not null) line.Append(state);
                return;
            }

            foreach (var (name, value) in values)
            {
                // What the message says already is not kept twice.
                if (name != "{OriginalFormat}" && value?.ToString() is { Length: > 0 } text && !message.Contains(text, StringComparison.Ordinal)) line.Append(' ').Append(name).Append('=').Append(text);
            }
        }

        private sealed class Writer(Keeper keeper, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => keeper._scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                keeper.Keep(category, logLevel, state, exception, formatter(state, exception));
        }
    }
}
