using Marketplace.Domain.Common;

namespace Marketplace.Domain.Organisations.Mandates;

/// <summary>Grades of the occupation 技术经理人. Stored by name.</summary>
public enum BrokerGrade
{
    /// <summary>初级技术经纪人</summary>
    Junior,

    /// <summary>中级技术经纪人</summary>
    Intermediate,

    /// <summary>高级技术经理人</summary>
    Senior,
}

/// <summary>Where an entry of the register stands. Stored by name.</summary>
public enum BrokerState
{
    /// <summary>Entered by the agency; the operator looks at the certificate.</summary>
    Entered,
    Confirmed,
    Returned,

    /// <summary>No longer with this agency.</summary>
    Left,
}

/// <summary>What an agency enters about one of its people.</summary>
/// <param name="Specialities">Words, one a line.</param>
public sealed record BrokerEntry(BrokerGrade Grade, string Certificate, DateOnly ValidUntil, string Specialities)
{
    public const int MostCertificate = 60;
    public const int MostSpecialities = 8;
    public const int MostWord = 20;
    public const int MostReason = 500;

    /// <summary>The entry, or the first thing that is wrong with it.</summary>
    /// <param name="specialities">Words parted by commas or lines.</param>
    public static Result<BrokerEntry> Read(BrokerGrade? grade, string? certificate, DateOnly? validUntil, string? specialities, DateOnly today)
    {
        if (grade is not { } level || !Enum.IsDefined(level)) return Result<BrokerEntry>.Refuse(Refusal.Required, "grade");
        var number = Text.Require(certificate?.Trim(), MostCertificate, "certificate");
        if (!number.Done) return Result<BrokerEntry>.Refuse(number.Refusal.Value, "certificate");
        if (validUntil is not { } day) return Result<BrokerEntry>.Refuse(Refusal.Required, "validUntil");
        if (day < today) return Result<BrokerEntry>.Refuse(Refusal.CertificateExpired, "validUntil");
        if (!Text.IsStorable(specialities ?? "")) return Result<BrokerEntry>.Refuse(Refusal.TextNotAllowed, "specialities");
        var words = (specialities ?? "").Split(['\n', '\r', ',', '，', '、', ';', '；'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToList();
        if (words.Count > MostSpecialities || words.Exists(w => w.Length > MostWord)) return Result<BrokerEntry>.Refuse(Refusal.TooManyItems, "specialities");
        return new BrokerEntry(level, number.Value, day, string.Join('\n', words));
    }
}
