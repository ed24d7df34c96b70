using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Edge;
using Marketplace.Platform.Files;
using Marketplace.Search.Index;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>One achievement in a list, as programs read it. Public tier only.</summary>
public sealed record AchievementItem(
    Guid Id, string? ExternalId, string Title, string Summary, string Organisation, Guid OrganisationId, int? Trl, AchievementState State,
    TechField? Field, IReadOnlyList<string> Keywords, IReadOnlyList<string> Ways, string? Region, DateTimeOffset? PublishedAt, int? Version, bool Demo);

public sealed record AchievementItems(int Total, int Page, int Size, IReadOnlyList<AchievementItem> Items);

/// <summary>One achievement whole: its listing and the public tier of its published version.</summary>
public sealed record AchievementDetails(AchievementItem Listing, PublicTier Public);

/// <summary>The routes of achievements that are no pages.</summary>
public static class AchievementEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new MomentConverter() },
    };

    public static void Map(WebApplication app)
    {
        var api = app.MapApi().MapGroup("/achievements").WithTags("Achievements");
        api.MapGet("/", List).WithName("ListAchievements").Produces<AchievementItems>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        api.MapGet("/{id}", One).WithName("GetAchievement").Produces<AchievementDetails>().ProducesProblem(StatusCodes.Status404NotFound);
        app.MapGet("/achievements", OldList).ExcludeFromDescription();
        app.MapGet("/achievements/{id:guid}/files/{sha256}", Download).ExcludeFromDescription();
    }

    private static async Task<IResult> List([FromQuery] string? q, [FromQuery] string? page, [FromQuery] string? size, MarketplaceDb db, ISearchIndex index, Refusals refusals, CancellationToken cancellation)
    {
        var query = AchievementQuery.Read(q, page, size);
        if (!query.Done) return refusals.Problem(query.Refusal.Value, query.Detail);
        var found = await AchievementSearch.Find(db, index, query.Value, cancellation);
        return found.Done ? Results.Json(new AchievementItems(found.Value.Total, query.Value.Paging.Page, query.Value.Paging.Size, [.. found.Value.Items.Select(Item)]), Json) : refusals.Problem(found.Refusal.Value);
    }

    /// <summary>The list's first address, which others have written down: leads to the search for the same.</summary>
    private static IResult OldList(HttpRequest request)
    {
        (string Name, string Now)[] names = [("q", "q"), ("field", "field"), ("highland", "highland"), ("trl", "trlFrom"), ("way", "way"), ("page", "page"), ("culture", "culture")];
        var parts = names.SelectMany(n => request.Query[n.Name].Where(v => !string.IsNullOrEmpty(v)).Select(v => $"&{n.Now}={Uri.EscapeDataString(v!)}"));
        return Results.Redirect($"/search?kind={Found.Achievement}{string.Concat(parts)}", permanent: true);
    }

    private static async Task<IResult> One(string id, MarketplaceDb db, Refusals refusals, CancellationToken cancellation)
    {
        if (!Guid.TryParse(id, out var key)) return refusals.Problem(Refusal.NotFound, "id");
        var found = await (
            from a in db.Set<Achievement>().AsNoTracking()
            join o in db.Set<Organisation>().AsNoTracking() on a.Organisation equals o.Id
            where a.Id == key
            select new { Row = a, o.Name }).FirstOrDefaultAsync(cancellation);
        if (found is null || !found.Row.Standing.IsPublic) return refusals.Problem(Refusal.NotFound, "id");
        var details = new AchievementDetails(Item(new FoundAchievement(found.Row, found.Name)), PublicTier.Of(AchievementContent.Read(found.Row.PublicContent!)));
        // Flat: what the list says, and beside it what only the whole has.
        var flat = JsonSerializer.SerializeToNode(details.Listing, Json)!.AsObject();
        foreach (var (name, value) in JsonSerializer.SerializeToNode(details.Public, Json)!.AsObject()) flat[name] = value?.DeepClone();
        return Results.Json(flat, Json);
    }

    private static async Task<IResult> Download(
        Guid id, string sha256, MarketplaceDb db, CurrentActor actor, PrivilegedReads reads, FileStore files, TimeProvider clock, Refusals refusals, CancellationToken cancellation)
    {
        var reading = await AchievementReading.Open(db, actor, id, cancellation);
        if (reading is null) return refusals.Problem(Refusal.NotFound);
        var file = reading.Content.Files.FirstOrDefault(f => f.Sha256 == sha256);
        if (file is null && reading.Works) file = AchievementContent.Read(reading.Row.Content).Files.FirstOrDefault(f => f.Sha256 == sha256);
        if (file is null) return refusals.Problem(Refusal.NotFound);
        if (file.Tier == Tier.Registered && !reading.Registered) return refusals.Problem(reading.SignedIn ? Refusal.NotAllowed : Refusal.NotSignedIn);
        await reading.NoteOperator(reads, sha256, cancellation);
        if (file.Tier == Tier.Registered) await reading.Log(db, sha256, clock.GetUtcNow(), cancellation);
        return files.Download(new KeptFile(file.Sha256, file.FileName, file.ContentType, file.Length));
    }

    private static AchievementItem Item(FoundAchievement found)
    {
        var a = found.Row;
        return new AchievementItem(
            a.Id, a.ExternalId, a.Title, a.Summary, found.OrganisationName, a.Organisation, a.Trl, a.State, a.Field,
            a.Keywords.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            [.. a.Ways.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(JsonNamingPolicy.CamelCase.ConvertName)],
            a.Region, a.PublishedAt, a.PublishedVersion, a.Demo);
    }

    private sealed class MomentConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Instant.Write(value));
    }
}
