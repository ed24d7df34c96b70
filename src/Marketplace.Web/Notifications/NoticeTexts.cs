namespace Marketplace.Notifications;

/// <summary>Texts of this capability; the resource files beside this class carry them.</summary>
public sealed class NoticeTexts;
