using System.Text.Json;

namespace Coral.Policies;

/// <summary>Which list of the pod a container stands in.</summary>
public enum ContainerKind
{
    /// <summary><c>spec.initContainers</c>, native sidecars included.</summary>
    Init,

    /// <summary><c>spec.containers</c>.</summary>
    Regular,

    /// <summary><c>spec.ephemeralContainers</c>.</summary>
    Ephemeral,
}

/// <summary>
/// A pod as it would stand after our patch, without building it: its raw JSON, read in place, and beside it what we would add.
/// With no addition it is the pod as it came. The order of containers is the reference's: init (ours first), regular (ours last), ephemeral.
/// </summary>
public readonly struct PodView
{
    /// <summary>The pod as it came. <paramref name="pod"/> is the whole object: metadata and spec.</summary>
    public PodView(JsonElement pod)
    {
        Pod = pod;
        Metadata = pod.Get("metadata"u8);
        Spec = pod.Get("spec"u8);
    }

    private PodView(PodView pod, JsonElement container, ContainerKind kind, JsonElement volumes)
    {
        this = pod;
        AddedContainer = container;
        AddedKind = kind;
        AddedVolumes = volumes;
    }

    /// <summary>The whole object.</summary>
    public JsonElement Pod { get; }

    /// <summary><c>metadata</c>, or Undefined.</summary>
    public JsonElement Metadata { get; }

    /// <summary><c>spec</c>, or Undefined.</summary>
    public JsonElement Spec { get; }

    /// <summary>The container that we would add, or Undefined.</summary>
    public JsonElement AddedContainer { get; }

    /// <summary>The list that <see cref="AddedContainer"/> goes to.</summary>
    public ContainerKind AddedKind { get; }

    /// <summary>An array of the volumes that we would add, or Undefined.</summary>
    public JsonElement AddedVolumes { get; }

    /// <summary>The same pod with a container (first of the init containers, or last of the regular ones) and an array of volumes.</summary>
    public PodView With(JsonElement container, ContainerKind kind, JsonElement volumes) => new(this, container, kind, volumes);

    /// <summary>Every container of every kind, ours included, in the reference's order. Entries that are no objects are passed over.</summary>
    public ContainerEnumerator Containers => new(this);

    /// <summary>Every volume, ours last. Entries that are no objects are passed over.</summary>
    public VolumeEnumerator Volumes => new(this);

    /// <summary>One container and the list that it stands in.</summary>
    public readonly record struct Entry(JsonElement Container, ContainerKind Kind);

    /// <summary>Walks the containers without allocating.</summary>
    public struct ContainerEnumerator
    {
        private readonly PodView pod;
        private JsonElement.ArrayEnumerator items;
        private int stage;

        internal ContainerEnumerator(PodView pod) => this.pod = pod;

        /// <summary>For <c>foreach</c>.</summary>
        public readonly ContainerEnumerator GetEnumerator() => this;

        /// <summary>The container at hand.</summary>
        public Entry Current { get; private set; }

        /// <summary>Goes to the next container.</summary>
        public bool MoveNext()
        {
            while (true)
            {
                switch (stage)
                {
                    case 0:
                        stage = 1;
                        items = pod.Spec.Items("initContainers"u8);
                        if (Added(ContainerKind.Init)) return true;
                        break;
                    case 1:
                        if (Next(ContainerKind.Init)) return true;
                        stage = 2;
                        items = pod.Spec.Items("containers"u8);
                        break;
                    case 2:
                        if (Next(ContainerKind.Regular)) return true;
                        stage = 3;
                        if (Added(ContainerKind.Regular)) return true;
                        break;
                    case 3:
                        stage = 4;
                        items = pod.Spec.Items("ephemeralContainers"u8);
                        break;
                    case 4:
                        if (Next(ContainerKind.Ephemeral)) return true;
                        stage = 5;
                        break;
                    default:
                        return false;
                }
            }
        }

        private bool Added(ContainerKind kind)
        {
            if (pod.AddedKind != kind || pod.AddedContainer.ValueKind != JsonValueKind.Object) return false;
            Current = new Entry(pod.AddedContainer, kind);
            return true;
        }

        private bool Next(ContainerKind kind)
        {
            while (items.MoveNext())
            {
                if (items.Current.ValueKind != JsonValueKind.Object) continue;
                Current = new Entry(items.Current, kind);
                return true;
            }

            return false;
        }
    }

    /// <summary>Walks the volumes without allocating.</summary>
    public struct VolumeEnumerator
    {
        private readonly JsonElement added;
        private JsonElement.ArrayEnumerator items;
        private bool own;

        internal VolumeEnumerator(PodView pod)
        {
            added = pod.AddedVolumes;
            items = pod.Spec.Items("volumes"u8);
        }

        /// <summary>For <c>foreach</c>.</summary>
        public readonly VolumeEnumerator GetEnumerator() => this;

        /// <summary>The volume at hand.</summary>
        public JsonElement Current { get; private set; }

        /// <summary>Goes to the next volume.</summary>
        public bool MoveNext()
        {
            while (true)
            {
                while (items.MoveNext())
                {
                    if (items.Current.ValueKind != JsonValueKind.Object) continue;
                    Current = items.Current;
                    return true;
                }

                if (own || added.ValueKind != JsonValueKind.Array) return false;
                own = true;
                items = added.EnumerateArray();
            }
        }
    }
}
