//! Charts of a document: drawn by the word processor itself from the figures in the file, so that they stay sharp in
//! print and on screen.

use super::Chart;
use anyhow::Context as _;
use base::{Decimal, fold::nfc};
use std::{
    fmt::Write as _,
    io::{Cursor, Read as _, Write as _},
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChartKind {
    /// Lying bars, the first category on top: a ranking.
    #[default]
    Bars,
    /// A line with marks: a course over time.
    Line,
}

/// The word that stands where a chart is put in; no document has it otherwise.
pub(super) fn place(n: usize) -> String {
    format!("\u{2058}chart{n}\u{2058}")
}

/// English Metric Units in a millimetre.
const MM: u32 = 36_000;

const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006";

fn escaped(text: &str) -> String {
    nfc(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The frame that shows a chart, `width` millimetres wide.
fn drawing(n: usize, chart: &Chart, width: u32) -> String {
    let (x, y) = (width * MM, chart.height * MM);
    let id = 9000 + n;
    format!(
        r#"<w:drawing><wp:inline xmlns:wp="{DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{x}" cy="{y}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr id="{id}" name="Chart {n}" descr="{}"/><wp:cNvGraphicFramePr/><a:graphic xmlns:a="{DRAWING}/main"><a:graphicData uri="{DRAWING}/chart"><c:chart xmlns:c="{DRAWING}/chart" xmlns:r="{OFFICE}/relationships" r:id="rIdChart{n}"/></a:graphicData></a:graphic></wp:inline></w:drawing>"#,
        escaped(&chart.title)
    )
}

/// Words of a chart: Times New Roman as in the text, smaller.
fn words(points: u32) -> String {
    let size = points * 100;
    format!(
        r#"<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{size}"><a:latin typeface="Times New Roman"/><a:cs typeface="Times New Roman"/></a:defRPr></a:pPr><a:endParaRPr lang="vi-VN"/></a:p></c:txPr>"#
    )
}

/// The chart's own part.
fn part(chart: &Chart) -> String {
    let colours = ["1F4E79", "B45F06", "38761D", "741B47"];
    let mut series = String::new();
    for (n, (name, values)) in chart.series.iter().enumerate() {
        let colour = colours.get(n % colours.len()).copied().unwrap_or("1F4E79");
        let line = match chart.kind {
            ChartKind::Bars => format!(r#"<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>"#),
            ChartKind::Line => {
                format!(r#"<a:ln w="28575"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:ln>"#)
            }
        };
        let _ = write!(
            series,
            r#"<c:ser><c:idx val="{n}"/><c:order val="{n}"/><c:tx><c:v>{}</c:v></c:tx><c:spPr>{line}</c:spPr>"#,
            escaped(name)
        );
        series += match chart.kind {
            ChartKind::Bars => r#"<c:invertIfNegative val="0"/>"#,
            ChartKind::Line => r#"<c:marker><c:symbol val="circle"/><c:size val="6"/></c:marker>"#,
        };
        let position = if chart.kind == ChartKind::Bars { "outEnd" } else { "t" };
        let _ = write!(
            series,
            r##"<c:dLbls><c:numFmt formatCode="0.0" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>{}<c:dLblPos val="{position}"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>"##,
            words(8)
        );
        let _ = write!(series, r#"<c:cat><c:strLit><c:ptCount val="{}"/>"#, chart.categories.len());
        for (at, category) in chart.categories.iter().enumerate() {
            let _ = write!(series, r#"<c:pt idx="{at}"><c:v>{}</c:v></c:pt>"#, escaped(category));
        }
        let _ = write!(
            series,
            r#"</c:strLit></c:cat><c:val><c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{}"/>"#,
            values.len()
        );
        for (at, value) in values.iter().enumerate() {
            if let Some(value) = value {
                let _ = write!(series, r#"<c:pt idx="{at}"><c:v>{}</c:v></c:pt>"#, value.normalize());
            }
        }
        series += "</c:numLit></c:val>";
        if chart.kind == ChartKind::Line {
            series += r#"<c:smooth val="0"/>"#;
        }
        series += "</c:ser>";
    }
    let most = chart.most.map_or_else(String::new, |most: Decimal| format!(r#"<c:max val="{most}"/>"#));
    let (plot, from_top, across, along) = match chart.kind {
        ChartKind::Bars => (
            format!(
                r#"<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>{series}<c:gapWidth val="40"/><c:axId val="1"/><c:axId val="2"/></c:barChart>"#
            ),
            "maxMin",
            "l",
            "b",
        ),
        ChartKind::Line => (
            format!(
                r#"<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>"#
            ),
            "minMax",
            "b",
            "l",
        ),
    };
    let legend = if chart.series.len() > 1 {
        format!(r#"<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{}</c:legend>"#, words(9))
    } else {
        String::new()
    };
    // With the first category on top, the scale would stand on top, too, but for `crosses`.
    let crosses = if chart.kind == ChartKind::Bars { "max" } else { "autoZero" };
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace xmlns:c="{DRAWING}/chart" xmlns:a="{DRAWING}/main" xmlns:r="{OFFICE}/relationships"><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{plot}<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="{from_top}"/></c:scaling><c:delete val="0"/><c:axPos val="{across}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>{}<c:crossAx val="2"/><c:crosses val="autoZero"/><c:tickLblSkip val="1"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/>{most}<c:min val="0"/></c:scaling><c:delete val="0"/><c:axPos val="{along}"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D0D0D0"/></a:solidFill></a:ln></c:spPr></c:majorGridlines><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>{}<c:crossAx val="1"/><c:crosses val="{crosses}"/></c:valAx></c:plotArea>{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>"#,
        words(9),
        words(9)
    )
}

/// Puts the charts into a packed document where their words stand; `width` is the width of the text in millimetres.
pub(super) fn put(packed: Vec<u8>, charts: &[&Chart], width: u32) -> anyhow::Result<Vec<u8>> {
    if charts.is_empty() {
        return Ok(packed);
    }
    let mut from = ZipArchive::new(Cursor::new(packed)).context("opening the Word file")?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let how = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for at in 0..from.len() {
        let mut part = from.by_index(at)?;
        let name = part.name()?.into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content)?;
        if matches!(
            name.as_str(),
            "word/document.xml" | "word/_rels/document.xml.rels" | "[Content_Types].xml"
        ) {
            content = told(&name, String::from_utf8(content)?, charts, width).into_bytes();
        }
        to.start_file(name, how)?;
        to.write_all(&content)?;
    }
    for (n, chart) in charts.iter().enumerate() {
        to.start_file(format!("word/charts/chart{}.xml", n + 1), how)?;
        to.write_all(part(chart).as_bytes())?;
    }
    Ok(to.finish()?.into_inner())
}

/// A part of the package that names the charts.
fn told(name: &str, mut text: String, charts: &[&Chart], width: u32) -> String {
    for (n, chart) in (1..).zip(charts) {
        if name == "word/document.xml" {
            let word = place(n);
            if let Some(at) = text.find(&word)
                && let Some(begins) = text.get(..at).and_then(|before| before.rfind("<w:t"))
                && let Some(ends) = text.get(at..).and_then(|after| after.find("</w:t>"))
            {
                text.replace_range(begins..at + ends + "</w:t>".len(), &drawing(n, chart, width));
            }
        } else if name.ends_with(".rels") {
            let tie = format!(
                r#"<Relationship Id="rIdChart{n}" Type="{OFFICE}/relationships/chart" Target="charts/chart{n}.xml"/></Relationships>"#
            );
            text = text.replace("</Relationships>", &tie);
        } else {
            let kind = format!(
                r#"<Override PartName="/word/charts/chart{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.drawingml.chart+xml"/></Types>"#
            );
            text = text.replace("</Types>", &kind);
        }
    }
    text
}
