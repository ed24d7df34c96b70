using System.Net;
using System.Net.Sockets;
using Marketplace.Domain.Common;
using Marketplace.Platform.Streams;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Marketplace.Platform;

/// <summary>The silo in this process, its clustering, and what every stream needs.</summary>
public static class OrleansFeature
{
    public static void AddMarketOrleans(this WebApplicationBuilder builder, MarketOptions options)
    {
        builder.UseOrleans(silo =>
        {
            if (options.Redis is { } redis)
            {
                silo.UseRedisClustering(redis);
                silo.Configure<ClusterOptions>(c => (c.ClusterId, c.ServiceId) = ("marketplace", "marketplace"));
            }
            else
            {
                // Two markets on one machine must not meet: without an error they would share ports (tried).
                var (siloPort, gatewayPort) = FreePorts();
                silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: "marketplace", clusterId: $"local-{siloPort}");
            }

            ConfigureSilo(silo);
        });
        builder.Services.AddSingleton<IFactStore>(services => options.Postgres is null
            ? new SqliteFactStore(options.SqliteFile, services.GetRequiredService<Database.SqliteGate>())
            : new PostgresFactStore(services.GetRequiredService<Npgsql.NpgsqlDataSource>()));
        builder.Services.AddSingleton(services => MarketKeys.Load(options.KeysFolder, services.GetRequiredService<TimeProvider>().GetUtcNow()));
        builder.Services.AddSingleton<StreamServices>();
        builder.Services.AddSingleton<PlatformProbe>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PlatformProbe>());
    }

    /// <summary>What the silo of the market and the silos of tests have in common.</summary>
    public static void ConfigureSilo(ISiloBuilder silo)
    {
#pragma warning disable ORLEANSEXP003 // The default directory lets two activations live for long on a stable cluster (dotnet/orleans #9855).
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        AddMarketSerializers(silo.Services);
        // A killed node is noticed in three seconds, not in ten to twenty.
        silo.Configure<ClusterMembershipOptions>(membership => membership.ProbeTimeout = TimeSpan.FromSeconds(1));
    }

    /// <summary>Records of the domain cross a grain call as JSON; silos and clients outside them need this alike.</summary>
    public static void AddMarketSerializers(IServiceCollection services) =>
        services.AddSerializer(serializer => serializer.AddJsonSerializer(
            isSupported: type => type.Namespace?.StartsWith("Marketplace.Domain", StringComparison.Ordinal) == true && !IsResult(type)));

    private static bool IsResult(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Result<>);

    private static (int Silo, int Gateway) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}

/// <summary>How a <see cref="Result{T}"/> crosses a grain call.</summary>
[GenerateSerializer, Immutable]
public struct ResultSurrogate<T>
{
    [Id(0)] public T? Value;
    [Id(1)] public Refusal? Refusal;
    [Id(2)] public string? Detail;
}

/// <summary>Registered with Orleans by its attribute.</summary>
[RegisterConverter]
public sealed class ResultConverter<T> : IConverter<Result<T>, ResultSurrogate<T>>
{
    public Result<T> ConvertFromSurrogate(in ResultSurrogate<T> surrogate) =>
        surrogate.Refusal is { } refusal ? Result<T>.Refuse(refusal, surrogate.Detail) : Result<T>.Of(surrogate.Value!);

    public ResultSurrogate<T> ConvertToSurrogate(in Result<T> value) =>
        new() { Value = value.Done ? value.Value : default, Refusal = value.Refusal, Detail = value.Detail };
}
