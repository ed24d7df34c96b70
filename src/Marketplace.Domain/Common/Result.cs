using System.Diagnostics.CodeAnalysis;

namespace Marketplace.Domain.Common;

/// <summary>The one result type of the product: a value, or the name of the refusal with an optional detail.</summary>
/// <remarks>Bugs throw, faults throw; a refusal is an ordinary answer and is returned.</remarks>
public readonly record struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Refusal? refusal, string? detail)
    {
        _value = value;
        Refusal = refusal;
        Detail = detail;
    }

    /// <summary>The reason, or null when the thing was done.</summary>
    public Refusal? Refusal { get; }

    /// <summary>What the message is about, for example the field or the next valid amount in fen; not translated.</summary>
    public string? Detail { get; }

    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Done => Refusal is null;

    /// <summary>The value; asking for it after a refusal is a bug.</summary>
    public T Value => Refusal is null ? _value! : throw new InvalidOperationException($"Refused: {Refusal} {Detail}");

    public static Result<T> Of(T value) => new(value, null, null);

    public static Result<T> Refuse(Refusal refusal, string? detail = null) => new(default, refusal, detail);

    public static implicit operator Result<T>(T value) => Of(value);

    public static implicit operator Result<T>(Refusal refusal) => Refuse(refusal);

    public Result<TNext> Then<TNext>(Func<T, Result<TNext>> next) =>
        Done ? next(Value) : Result<TNext>.Refuse(Refusal.Value, Detail);
}

/// <summary>The value of a result that has nothing more to say than "done".</summary>
public readonly record struct Nothing;
