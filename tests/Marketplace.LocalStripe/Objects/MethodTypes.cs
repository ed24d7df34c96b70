using Marketplace.StandIns.Engine;

namespace Marketplace.StandIns.Objects;

/// <summary>The payment methods an intent takes, and how the request narrowed them.</summary>
internal sealed record MethodTypes(IReadOnlyList<string> Usable)
{
    public static readonly string[] Account = ["card", "us_bank_account", "alipay", "wechat_pay"];

    private static readonly string[] Ways = ["payment_method_types", "allowed_payment_method_types", "excluded_payment_method_types"];

    /// <summary>Nothing was named: those of the account serve (automatic_payment_methods), and a payer may be sent elsewhere.</summary>
    public bool Automatic { get; init; }

    public bool Redirects { get; init; }

    public IReadOnlyList<string>? Allowed { get; init; }

    public IReadOnlyList<string>? Excluded { get; init; }

    public static bool Given(Form form) => Array.Exists(Ways, way => form.Array(way) is not null);

    /// <param name="older">The request's version is older than 2026-09-30, which took payment_method_types away.</param>
    public static MethodTypes Of(Form form, string capture, bool older)
    {
        var (named, allowed, excluded) = (form.Array(Ways[0]), form.Array(Ways[1]), form.Array(Ways[2]));
        var automatic = form.Flag("automatic_payment_methods[enabled]");
        if (named is not null && !older) throw StripeError.Invalid("The `payment_method_types` parameter is no longer supported. Use dynamic payment methods, `allowed_payment_method_types` or `excluded_payment_method_types`.", "payment_method_types_no_longer_supported", Ways[0]);
        if ((named is null ? 0 : 1) + (allowed is null ? 0 : 1) + (excluded is null ? 0 : 1) + (automatic && excluded is null ? 1 : 0) > 1)
            throw StripeError.Invalid($"You may only specify one of these parameters: automatic_payment_methods, {string.Join(", ", Ways)}.", null, named is null ? Ways[1] : Ways[0]);
        var possible = Array.FindAll(Account, type => capture != "manual" || TestMethod.CapturesLater(type));
        if (named is not null) return new MethodTypes(Named(named, possible));

        // Names that do not fit are passed over in silence, as Stripe documents.
        var usable = possible.Where(type => allowed?.Contains(type) != false && excluded?.Contains(type) != true).ToList();
        if (usable.Count == 0) throw StripeError.Invalid("No valid payment method types for this Payment Intent.", "payment_intent_invalid_parameter", allowed is null ? Ways[2] : Ways[1]);
        return new MethodTypes(usable)
        {
            Automatic = allowed is null,
            Redirects = form.OneOf("automatic_payment_methods[allow_redirects]", "always", "never") != "never",
            Allowed = allowed,
            Excluded = excluded,
        };
    }

    private static IReadOnlyList<string> Named(IReadOnlyList<string> named, string[] possible)
    {
        foreach (var type in named)
        {
            if (!Account.Contains(type)) throw StripeError.Invalid($"The payment method type \"{type}\" is invalid.", "payment_intent_invalid_parameter", Ways[0]);
            if (!possible.Contains(type)) throw StripeError.Invalid($"The payment method type \"{type}\" does not support `capture_method=manual`.", "payment_intent_invalid_parameter", Ways[0]);
        }

        return named;
    }
}
