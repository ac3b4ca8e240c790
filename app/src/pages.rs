//! stub
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts { room: "app", vi: include_str!("../texts/vi.ftl"), en: include_str!("../texts/en.ftl") };
