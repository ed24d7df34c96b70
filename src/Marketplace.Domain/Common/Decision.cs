namespace Marketplace.Domain.Common;

/// <summary>What a pure rule says to a command: a refusal, facts with an answer, or the first answer once more.</summary>
public sealed record Decision<TAnswer>
{
    private Decision(Refusal? refusal, string? detail, IReadOnlyList<Fact> facts, TAnswer? answer)
    {
        Refusal = refusal;
        Detail = detail;
        Facts = facts;
        Answer = answer;
    }

    public Refusal? Refusal { get; }

    public string? Detail { get; }

    /// <summary>The facts to append, none when refused or when the command was answered before.</summary>
    public IReadOnlyList<Fact> Facts { get; }

    public TAnswer? Answer { get; }

    public static Decision<TAnswer> Refused(Refusal refusal, string? detail = null) => new(refusal, detail, [], default);

    public static Decision<TAnswer> Accepted(TAnswer answer, params IReadOnlyList<Fact> facts) => new(null, null, facts, answer);

    /// <summary>The command was carried out earlier; nothing is appended and the first answer is given again.</summary>
    public static Decision<TAnswer> Repeated(TAnswer answer) => new(null, null, [], answer);
}
