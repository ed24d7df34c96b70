using System.Text.Json;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Auctions;

/// <summary>A fact of what went wrong with an auction and what was done about it: part of its public record.</summary>
public abstract record TroubleFact : AuctionFact;

/// <summary>The clocks stand still, with a public reason.</summary>
/// <param name="Figures">What the market's own probe measured, when it was the probe.</param>
public sealed record AuctionPaused(string CommandId, PausedBy By, PauseCause Cause, string Text, ProbeFigures? Figures) : TroubleFact
{
    public override string Type => "paused";
    public override string CommandKey => Key(CommandId);

    public static string Key(string commandId) => $"pause/{commandId}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", CommandId);
        json.WriteString("by", By.ToString());
        json.WriteString("cause", Cause.ToString());
        json.WriteString("text", Text);
        Figures?.Write(json);
    }
}

/// <summary>The clocks go on where they stood, for everybody who was admitted: the closing window had not begun.</summary>
public sealed record Continued(string CommandId, DateTimeOffset OpensAt, DateTimeOffset EndsAt) : TroubleFact
{
    public override string Type => "continued";
    public override string CommandKey => Key(CommandId);

    // A restart is one command, whichever of its two facts it becomes.
    public static string Key(string commandId) => BreakpointSet.Key(commandId);

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", CommandId);
        json.WriteString("opensAt", Instant.Write(OpensAt));
        json.WriteString("endsAt", Instant.Write(EndsAt));
    }
}

/// <summary>A stop from outside the hall is over; the auctioneer says when the floor goes on.</summary>
public sealed record StopLifted(string CommandId) : TroubleFact
{
    public override string Type => "stop-lifted";
    public override string CommandKey => Key(CommandId);

    public static string Key(string commandId) => $"lift/{commandId}";

    public override void WriteFields(Utf8JsonWriter json) => json.WriteString("id", CommandId);
}

/// <summary>撤回: the lot is taken back before it is sold. Two persons decided it.</summary>
/// <param name="RefusedDigest">As in <see cref="Closed"/>: the record ends here too.</param>
public sealed record Cancelled(string CommandId, CancelGround Ground, string Text, long RefusedCount, string RefusedDigest) : TroubleFact
{
    public override string Type => "cancelled";
    public override string CommandKey => $"cancel/{CommandId}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", CommandId);
        json.WriteString("ground", Ground.ToString());
        json.WriteString("text", Text);
        json.WriteNumber("refused", RefusedCount);
        json.WriteString("refusedDigest", RefusedDigest);
    }
}

/// <summary>撤销结果: the result does not stand. Two persons decided it.</summary>
public sealed record ResultVoided(string CommandId, VoidGround Ground, string Text) : TroubleFact
{
    public override string Type => "result-voided";
    public override string CommandKey => $"void/{CommandId}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", CommandId);
        json.WriteString("ground", Ground.ToString());
        json.WriteString("text", Text);
    }
}

/// <summary>悔拍: the winner does not perform. Two persons recorded it, on the evidence with this hash.</summary>
public sealed record WinnerDefaulted(string CommandId, int Paddle, DefaultGround Ground, string Text, string? EvidenceSha256) : TroubleFact
{
    public override string Type => "winner-defaulted";
    public override string CommandKey => $"default/{CommandId}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", CommandId);
        json.WriteNumber("paddle", Paddle);
        json.WriteString("ground", Ground.ToString());
        json.WriteString("text", Text);
        json.WriteString("evidence", EvidenceSha256);
    }
}

/// <summary>The seller does not perform: the buyer's deposit is free at once and the seller owes the same sum (domain.md §8a.2).</summary>
public sealed record SellerRefused(string CommandId, string Text, string? EvidenceSha256) : TroubleFact
{
    public override string Type => "seller-refused";
    public override string CommandKey => $"seller-refused/{CommandId}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("id", CommandId);
        json.WriteString("text", Text);
        json.WriteString("evidence", EvidenceSha256);
    }
}

/// <summary>A paddle agreed, under a text of this version, to be asked if it is second and the winner defaults.</summary>
public sealed record WaitsAsSecond(int Paddle, string Consent) : TroubleFact
{
    public override string Type => "waits-as-second";
    public override string CommandKey => $"waits/{Paddle}";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("paddle", Paddle);
        json.WriteString("consent", Consent);
    }
}

/// <summary>A paddle that waited takes its deposit back and will not be asked.</summary>
public sealed record LeftWaiting(int Paddle) : TroubleFact
{
    public override string Type => "left-waiting";
    public override string CommandKey => $"left/{Paddle}";

    public override void WriteFields(Utf8JsonWriter json) => json.WriteNumber("paddle", Paddle);
}

/// <summary>The second-best may have the lot at its own last bid, until then.</summary>
public sealed record SecondOffered(int Paddle, long PriceFen, DateTimeOffset Until) : TroubleFact
{
    public override string Type => "second-offered";
    public override string CommandKey => "second";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("paddle", Paddle);
        json.WriteNumber("priceFen", PriceFen);
        json.WriteString("until", Instant.Write(Until));
    }
}

/// <summary>The answer of the second-best; an acceptance concludes the contract at this line's moment.</summary>
public sealed record SecondAnswered(int Paddle, SecondAnswer Answer) : TroubleFact
{
    public override string Type => "second-answered";
    public override string CommandKey => "second-answer";

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteNumber("paddle", Paddle);
        json.WriteString("answer", Answer.ToString());
    }
}

/// <summary>The deal of the second-best exists: that hand-over is finished.</summary>
public sealed record SecondDealRecorded(string Deal) : TroubleFact
{
    public override string Type => "second-deal-recorded";
    public override string CommandKey => "second-deal";

    public override void WriteFields(Utf8JsonWriter json) => json.WriteString("deal", Deal);
}
