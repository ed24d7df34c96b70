using System.Net.Http.Headers;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform;
using Marketplace.Search.Index;

namespace Marketplace.Search;

/// <summary>Finding: one index over everything that can be found, kept up to the records.</summary>
public static class SearchFeature
{
    public static IServiceCollection AddSearch(this IServiceCollection services, MarketOptions options)
    {
        if (options.Elasticsearch is { } url) services.AddElasticsearch(url, options.ElasticsearchKey);
        else services.AddSingleton<LuceneIndex>().AddSingleton<ISearchIndex>(provider => provider.GetRequiredService<LuceneIndex>());
        services.AddSingleton<IndexFeeder>();
        services.AddHostedService(provider => provider.GetRequiredService<IndexFeeder>());
        services.AddSingleton<SavedSearchWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<SavedSearchWatch>());
        services.AddScoped<SavedSearchDesk>();
        services.AddScoped<SavedSearchTelling>();
        services.AddDueWork(SavedSearchTelling.Work, SavedSearchTelling.Tell);
        services.AddSingleton(new AccountLink(SavedModel.Address, "Saved.Title", typeof(SearchTexts)));
        services.AddSingleton<FacetNames>();
        services.AddSingleton<IDocumentSource, OrganisationDocuments>();
        services.AddSingleton(FacetWords.Of(Found.Organisation, Facet.Type, typeof(OrganisationTexts), "Kind.", whole: false, null, [.. Enum.GetValues<OrganisationKind>().Where(k => k != OrganisationKind.Operator)]));
        services.AddSingleton<Rebuilding>();
        services.AddSingleton(new DeskLink(Act.SeeOperations, "/desk/index", "Desk.Index", typeof(SearchTexts)));
        services.AddWord(new Word("reindex", "", (provider, _, output, cancellation) => ReindexCommand.Run(provider.GetRequiredService<IndexFeeder>(), output, cancellation)));
        return services;
    }

    /// <summary>Searching in Elasticsearch instead of in this process.</summary>
    public static IServiceCollection AddElasticsearch(this IServiceCollection services, Uri url, string? apiKey)
    {
        services.AddSingleton<ElasticIndex>();
        services.AddSingleton<ISearchIndex>(provider => provider.GetRequiredService<ElasticIndex>());
        AddClient(ElasticIndex.Client, attempt: TimeSpan.FromSeconds(5), all: TimeSpan.FromSeconds(12));
        // A portion takes longer than a search, and nobody waits for it.
        AddClient(ElasticIndex.Writer, attempt: TimeSpan.FromSeconds(10), all: TimeSpan.FromSeconds(25));
        return services;

        // Each has a breaker of its own. Repeating is safe: what is written carries its version.
        void AddClient(string name, TimeSpan attempt, TimeSpan all) => services.AddHttpClient(name, client =>
        {
            client.BaseAddress = url;
            client.Timeout = Timeout.InfiniteTimeSpan;
            if (apiKey is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("ApiKey", apiKey);
        }).AddStandardResilienceHandler(resilience =>
        {
            resilience.AttemptTimeout.Timeout = attempt;
            resilience.TotalRequestTimeout.Timeout = all;
            resilience.CircuitBreaker.SamplingDuration = attempt * 3;
            resilience.Retry.MaxRetryAttempts = 2;
            resilience.Retry.Delay = TimeSpan.FromMilliseconds(100);
        });
    }

    public static void MapSearch(this WebApplication app)
    {
        SearchEndpoints.Map(app);
        SearchFeed.Map(app);
    }
}

/// <summary>The word <c>reindex</c>: makes the index anew while searches go on.</summary>
internal static class ReindexCommand
{
    private const int Stopped = 130;

    public static async Task<int> Run(IndexFeeder feeder, TextWriter output, CancellationToken cancellation)
    {
        var last = 0L;
        try
        {
            var documents = await feeder.Rebuild(new Told(progress =>
            {
                if (progress.Documents - last < 1_000) return;
                last = progress.Documents;
                output.WriteLine($"{progress.Documents} …");
            }), cancellation);
            await output.WriteLineAsync($"{documents}");
            return 0;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Stopped;
        }
    }

    /// <summary>Tells at once and in order, where <see cref="Progress{T}"/> tells sometime.</summary>
    private sealed class Told(Action<RebuildProgress> tell) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value) => tell(value);
    }
}
