using System.Collections.Immutable;

namespace Coral.Policies.PodSecurity;

/// <summary>Where a level or version of a mode comes from.</summary>
public enum SettingOrigin
{
    /// <summary>The API server's configured default, because the label is absent.</summary>
    Default,

    /// <summary>The mode's own label, also where its value could not be read and the fall-back stands in.</summary>
    Label,

    /// <summary>Warn only: taken over from enforce.</summary>
    Enforce,
}

/// <summary>The level and version of one mode, each with its origin.</summary>
public readonly record struct ModeLevel(LevelVersion Value, SettingOrigin LevelOrigin, SettingOrigin VersionOrigin)
{
    /// <summary>The level.</summary>
    public Level Level => Value.Level;

    /// <summary>The version as asked for, not clamped.</summary>
    public PolicyVersion Version => Value.Version;
}

/// <summary>The Pod Security levels of a namespace, from its labels <c>pod-security.kubernetes.io/{enforce,audit,warn}[-version]</c> and the defaults. Immutable.</summary>
/// <param name="Enforce">Refuses pods.</param>
/// <param name="Audit">Annotates the API server's audit log.</param>
/// <param name="Warn">Warns the author.</param>
/// <param name="Problems">A sentence for each label that could not be read, as the API server words it; only namespaces older than that plug-in can have such labels.</param>
public sealed record NamespaceLevels(ModeLevel Enforce, ModeLevel Audit, ModeLevel Warn, ImmutableArray<string> Problems)
{
    /// <summary>
    /// Reads the labels. A level that can't be read is restricted for enforce and privileged for audit and warn; a version that can't be read is latest.
    /// Without a warn label, a stricter enforce label counts for warn too, with its version unless warn has one.
    /// </summary>
    public static NamespaceLevels Read(IReadOnlyDictionary<string, string> labels, PodSecurityDefaults defaults)
    {
        var reader = new LabelReader(labels);
        var enforce = reader.Mode("enforce", defaults.Enforce, unreadable: Level.Restricted);
        var audit = reader.Mode("audit", defaults.Audit, unreadable: Level.Privileged);
        var warn = reader.Mode("warn", defaults.Warn, unreadable: Level.Privileged);
        if (enforce.LevelOrigin == SettingOrigin.Label && warn.LevelOrigin == SettingOrigin.Default && enforce.Level > warn.Level)
        {
            warn = warn.VersionOrigin == SettingOrigin.Label
                ? warn with { Value = warn.Value with { Level = enforce.Level }, LevelOrigin = SettingOrigin.Enforce }
                : new ModeLevel(enforce.Value, SettingOrigin.Enforce, SettingOrigin.Enforce);
        }

        return new NamespaceLevels(enforce, audit, warn, reader.Problems);
    }

    private sealed class LabelReader(IReadOnlyDictionary<string, string> labels)
    {
        public ImmutableArray<string> Problems { get; private set; } = [];

        public ModeLevel Mode(string mode, LevelVersion value, Level unreadable)
        {
            var (levelOrigin, versionOrigin) = (SettingOrigin.Default, SettingOrigin.Default);
            var levelLabel = Vocabulary.PodSecurityPrefix + mode;
            var versionLabel = levelLabel + "-version";
            if (labels.TryGetValue(levelLabel, out var levelText))
            {
                levelOrigin = SettingOrigin.Label;
                if (Levels.TryParse(levelText, out var level)) value = value with { Level = level };
                else
                {
                    value = value with { Level = unreadable };
                    Complain(levelLabel, levelText, "must be one of privileged, baseline, restricted");
                }
            }

            if (labels.TryGetValue(versionLabel, out var versionText))
            {
                versionOrigin = SettingOrigin.Label;
                if (!PolicyVersion.TryParse(versionText, out var version)) Complain(versionLabel, versionText, "must be \"latest\" or \"v1.x\"");
                value = value with { Version = version };
            }

            return new ModeLevel(value, levelOrigin, versionOrigin);
        }

        private void Complain(string label, string value, string what) =>
            Problems = Problems.Add($"metadata.labels[{label}]: Invalid value: {Wording.GoLiteral(value)}: {what}");
    }
}
