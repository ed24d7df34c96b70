namespace Marketplace.Platform;

/// <summary>Where this market keeps its things and what it talks to. Empty means the embedded default.</summary>
public sealed record MarketOptions
{
    /// <summary>Data folder: database, keys, files. <c>MARKETPLACE_DATA</c>, default <c>./data</c>.</summary>
    public required string DataFolder { get; init; }

    /// <summary>PostgreSQL connection string (<c>ConnectionStrings__Market</c>); null runs on SQLite in the data folder.</summary>
    public string? Postgres { get; init; }

    /// <summary>Redis for Orleans membership (<c>ConnectionStrings__Cluster</c>); null runs one silo in this process.</summary>
    public string? Redis { get; init; }

    /// <summary><c>MARKETPLACE_DEMO</c>: off never loads the demo, on loads it on any address, empty only on loopback.</summary>
    public string? Demo { get; init; }

    /// <summary><c>MARKETPLACE_LOG_ORIGIN</c>: the name of the public log, its address without the scheme; fixed when the log begins.</summary>
    public string? LogOrigin { get; init; }

    /// <summary><c>MARKETPLACE_PROXIES</c>: addresses of the proxies whose word about the caller's address counts, with commas; this machine's own always does.</summary>
    public string? Proxies { get; init; }

    /// <summary><c>Elasticsearch__Url</c>: searching there instead of in this process.</summary>
    public Uri? Elasticsearch { get; init; }

    /// <summary><c>Elasticsearch__ApiKey</c>: the encoded key, where the engine asks for one.</summary>
    public string? ElasticsearchKey { get; init; }

    public string SqliteFile => Path.Combine(DataFolder, "market.db");

    public string KeysFolder => Path.Combine(DataFolder, "keys");

    public string FilesFolder => Path.Combine(DataFolder, "files");

    public static MarketOptions From(IConfiguration configuration) => new()
    {
        DataFolder = Path.GetFullPath(configuration["MARKETPLACE_DATA"] is { Length: > 0 } folder ? folder : "data"),
        Postgres = configuration.GetConnectionString("Market") is { Length: > 0 } market ? market : null,
        Redis = configuration.GetConnectionString("Cluster") is { Length: > 0 } cluster ? cluster : null,
        Elasticsearch = configuration["Elasticsearch:Url"] is { Length: > 0 } url ? new Uri(url) : null,
        ElasticsearchKey = configuration["Elasticsearch:ApiKey"] is { Length: > 0 } key ? key : null,
        Demo = configuration["MARKETPLACE_DEMO"],
        Proxies = configuration["MARKETPLACE_PROXIES"],
        LogOrigin = configuration["MARKETPLACE_LOG_ORIGIN"] is { Length: > 0 } origin ? origin : null,
    };
}
