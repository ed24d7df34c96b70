using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Payments.Plans;

/// <summary>The royalties of a deal begin: both have signed terms with 提成. The same command again changes nothing.</summary>
/// <param name="Deal">The id of the deal; an auction's, perhaps with the mark of the second-best.</param>
/// <param name="Book">The book in which they are charged: that of the deal's price.</param>
public sealed record BeginRoyalties(string Deal, Guid Seller, Guid Buyer, string Title, string Book, RoyaltyTerms Terms, bool Demo)
{
    public const int LongestTitle = 500;

    /// <summary>Without the parties: the silo writes the arguments of a call that did not return in time into its log.</summary>
    public override string ToString() => $"{nameof(BeginRoyalties)} {Deal}";
}

/// <summary>A fact of the royalties of one deal: the record between its two parties. Those with an id of their own are told under it once.</summary>
public abstract record RoyaltyFact : Fact
{
    /// <summary>What it does to the account.</summary>
    public virtual ImmutableArray<RoyaltyEvent> Events(DateTimeOffset at) => [];

    /// <summary>The same key was told something else before.</summary>
    public virtual Refusal Reused => Refusal.CommandIdReused;

    /// <summary>It names people, and stands in no log.</summary>
    public sealed override string ToString() => Type;

    protected static void WriteFile(Utf8JsonWriter json, string sha256, string name)
    {
        json.WriteString("fileSha256", sha256);
        json.WriteString("fileName", name);
    }

    protected static void WriteFound(Utf8JsonWriter json, ImmutableArray<long> found)
    {
        json.WriteStartArray("found");
        foreach (var of in found) json.WriteNumberValue(of);
        json.WriteEndArray();
    }
}

public sealed record RoyaltiesBegun(BeginRoyalties Command) : RoyaltyFact
{
    public override string Type => "royalties-begun";
    public override string CommandKey => "begun";
    public override Refusal Reused => Refusal.RoyaltiesBegunOtherwise;

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("deal", Command.Deal);
        json.WriteString("seller", Command.Seller);
        json.WriteString("buyer", Command.Buyer);
        json.WriteString("title", Command.Title);
        json.WriteString("book", Command.Book);
        json.WritePropertyName("terms");
        RoyaltyTermsJson.Write(json, Command.Terms);
        json.WriteBoolean("demo", Command.Demo);
    }
}

/// <summary>提成申报 of a period, the first one or a correction.</summary>
/// <param name="Base">Fen or pieces; zero where nothing was sold.</param>
public sealed record PeriodDeclared(Guid Id, int Period, long Base, string? Note, string? FileSha256, string? FileName, Guid By) : RoyaltyFact
{
    public const int LongestNote = 500;

    public override string Type => "period-declared";
    public override string CommandKey => $"declared/{Id}";

    public override ImmutableArray<RoyaltyEvent> Events(DateTimeOffset at) => [new RoyaltyDeclared(Period, Base, at)];

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteNumber("period", Period);
        json.WriteNumber("base", Base);
        if (Note is not null) json.WriteString("note", Note);
        if (FileSha256 is not null) WriteFile(json, FileSha256, FileName!);
        json.WriteString("by", By);
    }
}

/// <summary>The seller gives notice that it wants to see the books of these periods.</summary>
public sealed record InspectionRequested(Guid Id, int First, int Last, Guid By) : RoyaltyFact
{
    public override string Type => "inspection-requested";
    public override string CommandKey => $"inspection/{Id}";

    public override ImmutableArray<RoyaltyEvent> Events(DateTimeOffset at) => [new InspectionAsked(First, Last, at)];

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteNumber("first", First);
        json.WriteNumber("last", Last);
        json.WriteString("by", By);
    }
}

/// <summary>A fact of the inspection that is under way.</summary>
/// <param name="Inspection">The id of its <see cref="InspectionRequested"/>.</param>
public abstract record InspectionFact(Guid Inspection) : RoyaltyFact;

public sealed record InspectionDaySet(Guid Id, Guid Inspection, DateOnly Day, Guid By) : InspectionFact(Inspection)
{
    public override string Type => "inspection-day-set";
    public override string CommandKey => $"day/{Id}";

    public override ImmutableArray<RoyaltyEvent> Events(DateTimeOffset at) => [new InspectionScheduled(Day, at)];

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteString("inspection", Inspection);
        json.WriteString("day", Day.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("by", By);
    }
}

/// <summary>查账报告: what the books show, or a corrected report.</summary>
/// <param name="Found">The base of each inspected period, from the first to the last.</param>
public sealed record InspectionFound(Guid Id, Guid Inspection, ImmutableArray<long> Found, string FileSha256, string FileName, Guid By) : InspectionFact(Inspection)
{
    public override string Type => "inspection-found";
    public override string CommandKey => $"report/{Id}";

    public override ImmutableArray<RoyaltyEvent> Events(DateTimeOffset at) => [new InspectionReported(Found, at)];

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteString("inspection", Inspection);
        WriteFound(json, Found);
        WriteFile(json, FileSha256, FileName);
        json.WriteString("by", By);
    }
}

/// <summary>The buyer accepts what that report says: it is settled.</summary>
public sealed record ReportAccepted(Guid Inspection, Guid Report, Guid By) : InspectionFact(Inspection)
{
    public override string Type => "report-accepted";
    public override string CommandKey => $"settled/{Inspection}";
    public override Refusal Reused => Refusal.InspectionOutOfTurn;

    public override ImmutableArray<RoyaltyEvent> Events(DateTimeOffset at) => [new InspectionSettled(at)];

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("inspection", Inspection);
        json.WriteString("report", Report);
        json.WriteString("by", By);
    }
}

/// <summary>The buyer says what is wrong with that report. It is not settled by it.</summary>
public sealed record ReportDisputed(Guid Inspection, Guid Report, string Reason, Guid By) : InspectionFact(Inspection)
{
    public const int LongestReason = 500;

    public override string Type => "report-disputed";
    public override string CommandKey => $"disputed/{Report}";
    public override Refusal Reused => Refusal.InspectionOutOfTurn;

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("inspection", Inspection);
        json.WriteString("report", Report);
        json.WriteString("reason", Reason);
        json.WriteString("by", By);
    }
}

/// <summary>The seller gives the inspection up.</summary>
public sealed record InspectionGivenUp(Guid Inspection, Guid By) : InspectionFact(Inspection)
{
    public override string Type => "inspection-given-up";
    public override string CommandKey => $"given-up/{Inspection}";
    public override Refusal Reused => Refusal.InspectionOutOfTurn;

    public override ImmutableArray<RoyaltyEvent> Events(DateTimeOffset at) => [new InspectionWithdrawn(at)];

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("inspection", Inspection);
        json.WriteString("by", By);
    }
}

/// <summary>One operator enters what a court, an arbitrator or a mediator found; nothing follows before another confirms it.</summary>
/// <param name="Number">案号, or what the paper is called.</param>
public sealed record JudgmentProposed(Guid Id, Guid Inspection, ImmutableArray<long> Found, string Number, string FileSha256, string FileName, Guid By) : InspectionFact(Inspection)
{
    public const int LongestNumber = 100;

    public override string Type => "judgment-proposed";
    public override string CommandKey => $"judgment/{Id}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteString("inspection", Inspection);
        WriteFound(json, Found);
        json.WriteString("number", Number);
        WriteFile(json, FileSha256, FileName);
        json.WriteString("by", By);
    }
}

/// <summary>A second operator confirms it: what the judgment found is settled.</summary>
public sealed record JudgmentEntered(Guid Inspection, Guid Judgment, ImmutableArray<long> Found, Guid By) : InspectionFact(Inspection)
{
    public override string Type => "judgment-entered";

    // An inspection is settled once, by the buyer or by a judgment.
    public override string CommandKey => $"settled/{Inspection}";
    public override Refusal Reused => Refusal.InspectionOutOfTurn;

    public override ImmutableArray<RoyaltyEvent> Events(DateTimeOffset at) => [new InspectionReported(Found, at), new InspectionSettled(at)];

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("inspection", Inspection);
        json.WriteString("judgment", Judgment);
        WriteFound(json, Found);
        json.WriteString("by", By);
    }
}

/// <summary>The sale no longer stands: nothing more is declared. What was charged stays as it is.</summary>
/// <param name="Because">How the auction says it: void, defaulted, refused.</param>
public sealed record RoyaltiesEnded(string Because) : RoyaltyFact
{
    public override string Type => "royalties-ended";
    public override string CommandKey => "ended";

    public override void WriteFields(Utf8JsonWriter json) => json.WriteString("because", Because);
}
