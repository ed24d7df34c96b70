using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Domain.Demands;
using Marketplace.Search.Words;

namespace Marketplace.Demands;

/// <summary>How a change of a demand reaches its rows.</summary>
internal static class DemandWriting
{
    public const int SaidLength = 32;

    /// <summary>All that a command says beside its act, shortened: under the same id it is the same command only when this is the same.</summary>
    public static string Said(params object?[] said) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(said))))[..SaidLength];

    /// <summary>Puts the change on the row and returns the version that records it; the caller saves both at once.</summary>
    public static DemandVersion Apply(Demand row, DemandStanding next, DemandAct act, ActedBy by, string? reason, DateTimeOffset at, string? said = null)
    {
        (row.State, row.ChangeWaits) = (next.State, next.ChangeWaits);
        row.Version++;
        row.UpdatedAt = at;
        Show(row, DemandContent.Read(next.IsPublic && row.PublicContent is { } known ? known : row.Content));
        return new DemandVersion
        {
            Demand = row.Id,
            Number = row.Version,
            Command = by.Command,
            Act = act,
            State = next.State,
            Edition = row.Edition,
            Content = row.Content,
            Reason = reason,
            Said = said,
            Person = by.Person,
            Actor = by.Organisation,
            At = at,
        };
    }

    /// <summary>What the working version says becomes what is public.</summary>
    public static void Publish(Demand row, DateTimeOffset at)
    {
        var content = DemandContent.Read(row.Content);
        row.Edition++;
        if (row.PublicContent is null || !DemandContent.Read(row.PublicContent).SameTargetsAs(content))
        {
            row.TargetsEdition = row.Edition;
            // A grade says nothing of targets that it did not see.
            if (row.PublicContent is not null) row.Grade = null;
        }

        row.PublicContent = row.Content;
        row.PublishedAt ??= at;
        row.Deadline = content.Deadline;
    }

    private static void Show(Demand row, DemandContent content)
    {
        row.Title = content.Title;
        row.Problem = content.Problem;
        row.Field = content.Field;
        row.Trl = content.Trl;
        row.Ways = Bars(content.Ways);
        row.Highlands = Bars(content.Highlands);
        if (row.PublicContent is null) row.Deadline = content.Deadline;
        // Public texts alone: whoever finds a demand by a word must be able to read that word on its page.
        row.SearchText = Folding.Fold(string.Join('\n', [content.Title, content.Problem, row.Number, .. content.Keywords, .. content.Lines.Select(l => $"{l.Metric} {l.Test}")]));
    }

    private static string Bars<T>(IReadOnlyCollection<T> values) => values.Count == 0 ? "" : $"|{string.Join('|', values)}|";
}
